package dev.grantex.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts valid entries behind those that a bundle has already.
 */
final class ChainStore {

	private static final String GENESIS = "0000000000000000";

	private final Ids ids;

	ChainStore(Ids ids) {
		this.ids = ids;
	}

	/**
	 * Works out what a batch adds.
	 * @return the entries that are new
	 */
	List<AuditEntry> extend(List<AuditEntry> stored, List<ObjectNode> batch, Instant now) {
		List<EntryError> conflicts = new ArrayList<>();
		List<ObjectNode> added = new ArrayList<>();
		long expected = stored.size() + 1L;
		String head = stored.isEmpty() ? GENESIS : stored.get(stored.size() - 1).hash();
		for (ObjectNode entry : batch) {
			long seq = entry.get("seq").longValue();
			if (seq <= stored.size()) {
				if (!stored.get((int) seq - 1).hash().equals(entry.get("hash").stringValue())) {
					conflicts.add(conflict(seq, "DUPLICATE_SEQ", "This sequence already exists with a different hash"));
				}
			}
			else if (seq != expected) {
				conflicts.add(conflict(seq, "SEQ_GAP", "Expected sequence " + expected));
			}
			else if (!entry.get("prevHash").stringValue().equals(head)) {
				conflicts.add(conflict(seq, "BROKEN_CHAIN", "prevHash does not match the persisted chain"));
			}
			else {
				added.add(entry);
				expected++;
				head = entry.get("hash").stringValue();
			}
		}
		if (!conflicts.isEmpty()) {
			throw new ApiException(409, "AUDIT_CHAIN_CONFLICT",
					"Offline audit batch conflicts with the persisted chain", conflicts);
		}
		return added.stream().map((entry) -> row(entry, now)).toList();
	}

	private AuditEntry row(ObjectNode entry, Instant now) {
		Instant timestamp = EcmaDate.parse(entry.get("timestamp").stringValue()).orElseThrow();
		if (!EcmaDate.isStorable(timestamp) || hasNul(entry, "action") || hasNul(entry, "result")) {
			// The form is valid, but the database refuses the value.
			throw ApiException.internalError();
		}
		JsonNode metadata = entry.path("metadata");
		String canonical = metadata.isMissingNode() ? "{}" : EcmaJsonWriter.write(metadata);
		return new AuditEntry(this.ids.next("oae"), entry.get("seq").longValue(), EcmaDate.format(timestamp), canonical,
				entry.get("hash").stringValue(), now, EcmaJsonWriter.write(entry));
	}

	private static boolean hasNul(ObjectNode entry, String name) {
		return Utf16.hasNul(entry.get(name).stringValue());
	}

	private static EntryError conflict(long seq, String code, String message) {
		return new EntryError(JsonNodeFactory.instance.numberNode(seq), code, message);
	}

}
