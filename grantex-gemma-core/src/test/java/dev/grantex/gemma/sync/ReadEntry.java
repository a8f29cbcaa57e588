package dev.grantex.gemma.sync;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.StringJoiner;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An entry as somebody reads it who has only the description of the format: nothing of
 * the library takes part.
 *
 * @param call the call that it is about, if it is the outcome of one that ran
 */
record ReadEntry(String grantId, long sequence, String previous, String hash, @Nullable String call) {

	private static final JsonMapper JSON = JsonMapper.shared();

	/**
	 * Reads a line.
	 * @return the entry, or nothing if the line does not hold
	 */
	static Optional<ReadEntry> of(String line) {
		try {
			return of(JSON.readTree(line));
		}
		catch (JacksonException ex) {
			return Optional.empty();
		}
	}

	/**
	 * Reads an entry as the service has it.
	 */
	static Optional<ReadEntry> of(JsonNode entry) {
		String hash = entry.path("hash").stringValue("");
		if (!hash.equals(sha256(text(entry)))) {
			return Optional.empty();
		}
		boolean outcome = entry.path("result").stringValue("").equals("success");
		String call = outcome ? entry.path("metadata").path("call").stringValue(null) : null;
		return Optional.of(new ReadEntry(entry.path("grantId").stringValue(""), entry.path("seq").longValue(0),
				entry.path("prevHash").stringValue(""), hash, call));
	}

	private static String text(JsonNode entry) {
		StringJoiner scopes = new StringJoiner(",");
		entry.path("scopes").forEach((scope) -> scopes.add(scope.stringValue("")));
		StringJoiner text = new StringJoiner("|");
		text.add(String.valueOf(entry.path("seq").longValue(0)));
		for (String name : new String[] { "timestamp", "action", "agentDID", "grantId" }) {
			text.add(entry.path(name).stringValue(""));
		}
		text.add(scopes.toString()).add(entry.path("result").stringValue(""));
		JsonNode metadata = entry.path("metadata");
		text.add(metadata.isMissingNode() ? "" : metadata.toString());
		return text.add(entry.path("prevHash").stringValue("")).toString();
	}

	private static String sha256(String text) {
		try {
			return HexFormat.of()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
