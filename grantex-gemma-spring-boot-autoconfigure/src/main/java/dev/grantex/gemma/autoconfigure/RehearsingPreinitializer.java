package dev.grantex.gemma.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

import dev.grantex.gemma.audit.AuditKeys;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.store.memory.MemoryStore;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.JwksSnapshot;
import dev.grantex.gemma.bundle.OfflineAuditKey;

/**
 * Records, reads and verifies an entry in memory while the application's context is being
 * made, so that most of what the first real one needs is loaded and computed by the time
 * the consent is opened. Nothing of it is kept, and it has no key but one of zeros.
 */
class RehearsingPreinitializer implements BackgroundPreinitializer {

	private static final String PKCS8_PREFIX = "302e020100300506032b657004220420";

	private static final byte[] ZEROS = new byte[Ed25519PrivateKeyParameters.KEY_SIZE];

	private static final int TAG_BITS = 128;

	private static final int NONCE_BYTES = 12;

	@Override
	public void preinitialize() throws GeneralSecurityException {
		Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
		cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(ZEROS, "AES"),
				new GCMParameterSpec(TAG_BITS, new byte[NONCE_BYTES]));
		cipher.doFinal(ZEROS);
		ConsentBundle bundle = bundle();
		try (OfflineAuditLog log = OfflineAuditLog.builder(Path.of("rehearsal"), bundle)
			.store(new MemoryStore())
			.open()) {
			log.append("rehearsal", null, "success", Map.of("method", "rehearsal"));
		}
	}

	private static ConsentBundle bundle() {
		Instant now = Instant.now();
		String claims = "{\"agt\":\"agent\",\"sub\":\"user\",\"jti\":\"rehearsal\",\"scp\":[\"none\"],\"exp\":0}";
		String token = base64Url("{\"alg\":\"RS256\",\"kid\":\"none\"}") + "." + base64Url(claims) + "."
				+ base64Url("none");
		OfflineAuditKey key = new OfflineAuditKey(
				AuditKeys.pem(new Ed25519PrivateKeyParameters(ZEROS, 0).generatePublicKey()),
				"-----BEGIN PRIVATE KEY-----\n"
						+ Base64.getEncoder()
							.encodeToString(HexFormat.of().parseHex(PKCS8_PREFIX + "00".repeat(ZEROS.length)))
						+ "\n-----END PRIVATE KEY-----\n",
				"Ed25519");
		return new ConsentBundle("rehearsal", token, new JwksSnapshot(List.of(), now, now), key, now, null, now);
	}

	private static String base64Url(String text) {
		return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

}
