package dev.grantex.simulator;

import java.util.Optional;
import java.util.regex.Pattern;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What each member of an audit entry must look like.
 */
final class EntryForm {

	private static final Pattern PREVIOUS_HASH = Pattern.compile("0{16}|[0-9a-fA-F]{64}");

	private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

	private static final Pattern SIGNATURE = Pattern.compile("[0-9a-fA-F]{128}");

	private EntryForm() {
	}

	static Optional<String> firstError(ObjectNode entry) {
		JsonNode seq = entry.path("seq");
		if (!seq.isIntegralNumber() || seq.longValue() < 1) {
			return Optional.of("seq must be a positive integer");
		}
		JsonNode timestamp = entry.path("timestamp");
		if (!timestamp.isString() || EcmaDate.parse(timestamp.stringValue()).isEmpty()) {
			return Optional.of("timestamp must be a valid date-time");
		}
		return text(entry, "action", 256).or(() -> text(entry, "agentDID", 512))
			.or(() -> text(entry, "grantId", 128))
			.or(() -> scopes(entry))
			.or(() -> text(entry, "result", 64))
			.or(() -> metadata(entry))
			.or(() -> matching(entry, "prevHash", PREVIOUS_HASH))
			.or(() -> matching(entry, "hash", HASH))
			.or(() -> matching(entry, "signature", SIGNATURE));
	}

	private static Optional<String> text(ObjectNode entry, String name, int longest) {
		return Json.isText(entry.path(name), longest) ? Optional.empty()
				: Optional.of(name + " must be 1 to " + longest + " characters");
	}

	private static Optional<String> scopes(ObjectNode entry) {
		return Json.isScopeList(entry.path("scopes")) ? Optional.empty()
				: Optional.of("scopes must contain 1 to 100 valid scope strings");
	}

	private static Optional<String> metadata(ObjectNode entry) {
		JsonNode metadata = entry.path("metadata");
		return (metadata.isMissingNode() || metadata.isObject()) ? Optional.empty()
				: Optional.of("metadata must be an object");
	}

	private static Optional<String> matching(ObjectNode entry, String name, Pattern pattern) {
		JsonNode value = entry.path(name);
		return (value.isString() && pattern.matcher(value.stringValue()).matches()) ? Optional.empty()
				: Optional.of(name + " is invalid");
	}

}
