package dev.grantex.simulator;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.text.ParseException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one key set that signs the tokens of all customers.
 */
final class SigningKeys {

	private final RSAKey rsa;

	private final String ed25519;

	private final String suffix;

	private SigningKeys(RSAKey rsa, String ed25519, String suffix) {
		this.rsa = rsa;
		this.ed25519 = ed25519;
		this.suffix = suffix;
	}

	static SigningKeys generate(Instant at) {
		String suffix = DateTimeFormatter.ofPattern("yyyy-MM").withZone(ZoneOffset.UTC).format(at);
		try {
			RSAKey rsa = new RSAKeyGenerator(2048).keyID("grantex-" + suffix).generate();
			byte[] encoded = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
			byte[] point = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
			return new SigningKeys(rsa, Base64.getUrlEncoder().withoutPadding().encodeToString(point), suffix);
		}
		catch (JOSEException | NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The public keys as the JWKS publishes them.
	 */
	ObjectNode jwks() {
		ObjectNode set = Json.object();
		ObjectNode rsaKey = Json.object();
		rsaKey.put("kty", "RSA");
		rsaKey.put("n", this.rsa.getModulus().toString());
		rsaKey.put("e", this.rsa.getPublicExponent().toString());
		rsaKey.put("alg", "RS256").put("use", "sig").put("kid", this.rsa.getKeyID());
		ObjectNode edKey = Json.object();
		edKey.put("crv", "Ed25519").put("x", this.ed25519).put("kty", "OKP");
		edKey.put("alg", "EdDSA").put("use", "sig").put("kid", "grantex-ed25519-" + this.suffix);
		set.putArray("keys").add(rsaKey).add(edKey);
		return set;
	}

	String sign(ObjectNode claims) {
		try {
			JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(this.rsa.getKeyID()).build();
			JWSObject token = new JWSObject(header, new Payload(EcmaJsonWriter.write(claims)));
			token.sign(new RSASSASigner(this.rsa));
			return token.serialize();
		}
		catch (JOSEException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The claims of a token that these keys signed, whether or not they are still true.
	 */
	Optional<JsonNode> claims(String token) {
		try {
			JWSObject parsed = JWSObject.parse(token);
			boolean ours = JWSAlgorithm.RS256.equals(parsed.getHeader().getAlgorithm())
					&& this.rsa.getKeyID().equals(parsed.getHeader().getKeyID())
					&& parsed.verify(new RSASSAVerifier(this.rsa.toRSAPublicKey()));
			return ours ? Optional.of(EcmaJsonParser.parse(parsed.getPayload().toString())) : Optional.empty();
		}
		catch (ParseException | JOSEException | MalformedJsonException ex) {
			return Optional.empty();
		}
	}

}
