package dev.grantex.gemma.cloud;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.security.KeyStore;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A certificate that is not valid before the year 2120, from a trusted authority: what a
 * device sees that boots without knowing the time.
 */
class ClockFaultTests {

	private static final char[] PASSWORD = "changeit".toCharArray();

	@Test
	void aCertificateThatIsNotYetValidIsAClockFault() throws Exception {
		assertThat(failure(context(true)).isClockFault()).isTrue();
	}

	@Test
	void aCertificateThatIsNotTrustedIsNone() throws Exception {
		ApiUnreachableException failure = failure(context(false));
		assertThat(failure.reason()).isEqualTo(Reason.TLS);
		assertThat(failure.isClockFault()).isFalse();
	}

	private static ApiUnreachableException failure(SSLContext context) throws Exception {
		SSLContext before = SSLContext.getDefault();
		SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
			.createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
		SSLContext.setDefault(context);
		try (RecordingServer server = new RecordingServer(socket, (out, request) -> out.write('x'));
				GrantexClient client = GrantexClient.builder()
					.baseUrl(URI.create("https://127.0.0.1:" + socket.getLocalPort()))
					.apiKey("key")
					.build()) {
			ApiUnreachableException failure = catchThrowableOfType(ApiUnreachableException.class,
					() -> client.revocationStatus("bundle_1"));
			assertThat(server.requests()).isEmpty();
			return failure;
		}
		finally {
			SSLContext.setDefault(before);
		}
	}

	private static SSLContext context(boolean trusted) throws Exception {
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(store("not-yet-valid.p12"), PASSWORD);
		TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trust.init(trusted ? store("trust.p12") : null);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

	private static KeyStore store(String name) throws Exception {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = ClockFaultTests.class.getResourceAsStream("/tls/" + name)) {
			store.load(in, PASSWORD);
		}
		return store;
	}

}
