package dev.grantex.gemma.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.json.CanonicalJson;

/**
 * What equal denials have in common, as it stands in entries.
 *
 * @param action what was denied
 * @param caller to whom, without what identifies a single token; empty for the bundle's
 * own grant
 * @param facts why
 */
record DenialKind(String action, Map<String, Object> caller, Map<String, Object> facts) {

	private static final String REASON = "reason";

	/** What is the same for whoever calls. */
	private static final List<String> OF_THE_METHOD = List.of("method", REASON, "required_scopes");

	private static final Map<String, Object> VARIOUS = Map.of("various", true);

	/**
	 * All denials, if there are too many to be told apart.
	 */
	static final DenialKind ANY = new DenialKind("grantex:denials", VARIOUS, Map.of(REASON, "various"));

	/**
	 * The kind of a denial.
	 * @param action as it stands in the entry
	 * @param members what the entry says about the caller
	 * @param facts why it was denied, made safe
	 */
	static DenialKind of(String action, Map<String, Object> members, Map<String, Object> facts) {
		Map<String, Object> caller = new LinkedHashMap<>();
		if (members.get(EntryFactory.CALLER) instanceof Map<?, ?> known) {
			known.forEach((name, value) -> caller.put(String.valueOf(name), value));
			caller.remove(EntryFactory.TOKEN);
		}
		return new DenialKind(action, caller, facts);
	}

	/**
	 * All denials of the action for the same reason: those under the bundle's own grant,
	 * or those to any callers, whatever they lack.
	 */
	DenialKind ofActionAndReason() {
		Map<String, Object> common = new LinkedHashMap<>(this.facts);
		common.keySet().retainAll(OF_THE_METHOD);
		return new DenialKind(this.action, this.caller.isEmpty() ? this.caller : VARIOUS, common);
	}

	/**
	 * What an entry that counts such denials says.
	 */
	Map<String, Object> counted(long count) {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put(RepeatedDenials.MEMBER, count);
		if (!this.caller.isEmpty()) {
			members.put(EntryFactory.CALLER, this.caller);
		}
		members.putAll(this.facts);
		return members;
	}

	/**
	 * About how many characters it takes.
	 */
	int length() {
		return this.action.length() + CanonicalJson.write(this.caller).length()
				+ CanonicalJson.write(this.facts).length();
	}

}
