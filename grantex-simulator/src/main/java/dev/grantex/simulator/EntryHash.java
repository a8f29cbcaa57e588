package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The hash that an audit entry must carry.
 */
final class EntryHash {

	private EntryHash() {
	}

	static String of(ObjectNode entry) {
		String text = String.join("|", EcmaJsonWriter.write(entry.get("seq")), entry.get("timestamp").stringValue(),
				entry.get("action").stringValue(), entry.get("agentDID").stringValue(),
				entry.get("grantId").stringValue(), String.join(",", Json.texts(entry.get("scopes"))),
				entry.get("result").stringValue(), metadata(entry), entry.get("prevHash").stringValue());
		return sha256(Utf16.wellFormed(text));
	}

	private static String metadata(ObjectNode entry) {
		JsonNode metadata = entry.path("metadata");
		return metadata.isMissingNode() ? "" : EcmaJsonWriter.write(metadata);
	}

	private static String sha256(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
