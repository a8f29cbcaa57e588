package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Makes this JVM, while it is open, trust a server that uses the same context.
 */
final class TrustedTls implements AutoCloseable {

	private static final char[] PASSWORD = "changeit".toCharArray();

	private final SSLContext before;

	private final SSLContext context;

	TrustedTls() throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = TrustedTls.class.getResourceAsStream("/tls/valid.p12")) {
			store.load(in, PASSWORD);
		}
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(store, PASSWORD);
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("server", store.getCertificate("server"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted);
		this.context = SSLContext.getInstance("TLS");
		this.context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		this.before = SSLContext.getDefault();
		SSLContext.setDefault(this.context);
	}

	SSLContext context() {
		return this.context;
	}

	@Override
	public void close() {
		SSLContext.setDefault(this.before);
	}

}
