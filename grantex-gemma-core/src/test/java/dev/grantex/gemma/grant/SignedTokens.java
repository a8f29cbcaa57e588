package dev.grantex.gemma.grant;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.JwksSnapshot;
import dev.grantex.gemma.bundle.OfflineAuditKey;

/**
 * A service's signing key and tokens under it, around a fixed time.
 */
final class SignedTokens {

	static final Instant NOW = Instant.parse("2026-11-21T18:00:00Z");

	static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

	private final RSAKey key;

	SignedTokens(String keyId) {
		try {
			this.key = new RSAKeyGenerator(2048).keyID(keyId)
				.algorithm(JWSAlgorithm.RS256)
				.keyUse(KeyUse.SIGNATURE)
				.generate();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	Map<String, Object> publicKey() {
		return this.key.toPublicJWK().toJSONObject();
	}

	Map<String, Object> privateKey() {
		return this.key.toJSONObject();
	}

	String jwks() {
		return "{\"keys\":[" + this.key.toPublicJWK().toJSONString() + "]}";
	}

	JwksSnapshot snapshot() {
		return new JwksSnapshot(List.of(publicKey()), NOW, NOW.plusSeconds(3600));
	}

	ConsentBundle bundle(String token) {
		return new ConsentBundle("bundle_1", token, snapshot(), new OfflineAuditKey("public", "private", "Ed25519"),
				NOW, null, NOW.plusSeconds(3600));
	}

	/**
	 * A token of the developer {@code dev_1}, with further claims.
	 * @param more the text of JSON members, each with a comma before it
	 */
	String token(String more) {
		return token("dev_1", "https://grantex.dev", more);
	}

	String token(String developer, String issuer, String more) {
		return sign("{\"agt\":\"did:grantex:ag_1\",\"sub\":\"user_1\",\"jti\":\"tok_1\",\"grnt\":\"grnt_1\","
				+ "\"scp\":[\"read:contacts\",\"write:calendar\"],\"dev\":\"" + developer + "\",\"iss\":\"" + issuer
				+ "\",\"iat\":" + NOW.minusSeconds(60).getEpochSecond() + ",\"exp\":"
				+ NOW.plusSeconds(600).getEpochSecond() + more + "}");
	}

	String sign(String payload) {
		try {
			JWSObject token = new JWSObject(
					new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(this.key.getKeyID()).build(),
					new Payload(payload.getBytes(StandardCharsets.UTF_8)));
			token.sign(new RSASSASigner(this.key));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
