package dev.grantex.gemma.audit.verifier;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ChainForm;
import dev.grantex.gemma.audit.PythonForm;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.audit.WireForm;
import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.json.PythonJson;

/**
 * What a line says of itself, as far as it can be read. Nothing of it is verified, and a
 * text that is missing is empty.
 *
 * @param form the form in which it is written
 * @param seq the sequence number, or {@value #NO_SEQUENCE}
 * @param timestamp when it was appended
 * @param action what was done
 * @param agent the agent
 * @param grantId the grant
 * @param result the result
 * @param metadata the metadata
 * @param prevHash the hash of the previous entry
 * @param hash its own hash
 */
record LoggedEntry(ChainForm form, long seq, String timestamp, String action, String agent, String grantId,
		String result, Map<?, ?> metadata, String prevHash, String hash) {

	static final long NO_SEQUENCE = -1;

	private static final JsonTreeReader LENIENT = new JsonTreeReader(EcmaNumber::parse, true, false);

	/**
	 * Reads a line, however much is wrong with it.
	 * @return the entry, or null if it is not even a JSON object of one of the forms
	 */
	static @Nullable LoggedEntry read(String line) {
		try {
			Map<String, Object> members = ChainForm.members(LENIENT, line, Set.of());
			return (ChainForm.of(members) == WireForm.INSTANCE)
					? of(WireForm.INSTANCE, members, "agentDID", "grantId", "prevHash") : ofPython(members);
		}
		catch (MalformedLineException ex) {
			return null;
		}
	}

	static LoggedEntry of(SignedAuditEntry entry) {
		Map<?, ?> metadata = entry.metadata();
		return new LoggedEntry(WireForm.INSTANCE, entry.seq(), entry.timestamp(), entry.action(), entry.agentDid(),
				entry.grantId(), entry.result(), (metadata != null) ? metadata : Map.of(), entry.prevHash(),
				entry.hash());
	}

	static LoggedEntry ofPython(Map<String, Object> members) {
		return of(PythonForm.INSTANCE, members, "agent_did", "grant_id", "prev_hash");
	}

	/**
	 * A whole number in the metadata that is at least 1, or a default.
	 */
	long positive(String name, long otherwise) {
		long value = integer(this.metadata.get(name));
		return (value > 0) ? value : otherwise;
	}

	private static LoggedEntry of(ChainForm form, Map<String, Object> members, String agent, String grant,
			String previous) {
		Map<?, ?> metadata = (members.get("metadata") instanceof Map<?, ?> map) ? map : Map.of();
		return new LoggedEntry(form, integer(members.get("seq")), text(members, "timestamp"), text(members, "action"),
				text(members, agent), text(members, grant), text(members, "result"), metadata, text(members, previous),
				text(members, "hash"));
	}

	private static String text(Map<String, Object> members, String name) {
		return (members.get(name) instanceof String text) ? text : "";
	}

	private static long integer(@Nullable Object value) {
		if (value instanceof PythonJson.Numeral numeral) {
			try {
				return Long.parseLong(numeral.text());
			}
			catch (NumberFormatException ex) {
				return NO_SEQUENCE;
			}
		}
		return (value instanceof Long number && number >= 0) ? number : NO_SEQUENCE;
	}

}
