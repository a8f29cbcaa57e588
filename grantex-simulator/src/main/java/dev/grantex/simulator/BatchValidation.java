package dev.grantex.simulator;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Checks the entries of one batch against their bundle and against each other. Each entry
 * has at most one error, the first that is found.
 */
final class BatchValidation {

	private final Bundle bundle;

	private final List<EntryError> errors = new ArrayList<>();

	private @Nullable ObjectNode previous;

	BatchValidation(Bundle bundle) {
		this.bundle = bundle;
	}

	List<EntryError> errors() {
		return List.copyOf(this.errors);
	}

	void check(ObjectNode entry) {
		Optional<String> malformed = EntryForm.firstError(entry);
		if (malformed.isPresent()) {
			reject(entry, "INVALID_ENTRY", malformed.get());
		}
		else if (!belongsToBundle(entry)) {
			reject(entry, "BUNDLE_MISMATCH", "Entry identity or scopes do not match the bundle");
		}
		else if (!EntryHash.of(entry).equals(entry.get("hash").stringValue())) {
			reject(entry, "INVALID_HASH", "Entry hash does not match its contents");
		}
		else if (!isSigned(entry)) {
			reject(entry, "INVALID_SIGNATURE", "Entry signature is invalid");
		}
		else {
			checkLink(entry);
		}
		this.previous = entry;
	}

	private void checkLink(ObjectNode entry) {
		JsonNode before = (this.previous != null) ? this.previous : JsonNodeFactory.instance.missingNode();
		if (!before.path("seq").isNumber() || !before.path("hash").isString()) {
			return;
		}
		if (entry.get("seq").doubleValue() != before.get("seq").doubleValue() + 1) {
			reject(entry, "SEQ_GAP", "Sequence numbers must be consecutive");
		}
		else if (!entry.get("prevHash").stringValue().equals(before.get("hash").stringValue())) {
			reject(entry, "BROKEN_CHAIN", "prevHash does not match the previous entry");
		}
	}

	private boolean belongsToBundle(ObjectNode entry) {
		return entry.get("agentDID").stringValue().equals(this.bundle.agent().did())
				&& entry.get("grantId").stringValue().equals(this.bundle.grantId())
				&& this.bundle.scopes().containsAll(Json.texts(entry.get("scopes")));
	}

	private boolean isSigned(ObjectNode entry) {
		byte[] signature = HexFormat.of().parseHex(entry.get("signature").stringValue());
		return this.bundle.auditKey().verifies(entry.get("hash").stringValue(), signature);
	}

	private void reject(ObjectNode entry, String code, String message) {
		JsonNode seq = entry.path("seq");
		this.errors.add(new EntryError(seq.isNumber() ? seq : JsonNodeFactory.instance.nullNode(), code, message));
	}

}
