package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Base64;

import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The Ed25519 key that a device signs its audit entries with.
 */
final class AuditKey {

	private final KeyPair pair;

	private AuditKey(KeyPair pair) {
		this.pair = pair;
	}

	static AuditKey generate() {
		try {
			return new AuditKey(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	String publicKeyPem() {
		return pem("PUBLIC KEY", this.pair.getPublic().getEncoded());
	}

	ObjectNode toJson() {
		ObjectNode json = JsonNodeFactory.instance.objectNode();
		json.put("publicKey", publicKeyPem());
		json.put("privateKey", pem("PRIVATE KEY", this.pair.getPrivate().getEncoded()));
		json.put("algorithm", "Ed25519");
		return json;
	}

	boolean verifies(String text, byte[] signature) {
		try {
			Signature verifier = Signature.getInstance("Ed25519");
			verifier.initVerify(this.pair.getPublic());
			verifier.update(text.getBytes(StandardCharsets.US_ASCII));
			return verifier.verify(signature);
		}
		catch (SignatureException ex) {
			return false;
		}
		catch (NoSuchAlgorithmException | InvalidKeyException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String pem(String type, byte[] encoded) {
		return "-----BEGIN " + type + "-----\n" + Base64.getEncoder().encodeToString(encoded) + "\n-----END " + type
				+ "-----";
	}

}
