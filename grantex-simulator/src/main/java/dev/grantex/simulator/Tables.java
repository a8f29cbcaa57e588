package dev.grantex.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows the service stores. Every row is immutable, so a copy of the tables is a copy
 * of the state.
 *
 * @param accounts by API key
 * @param agents by id
 * @param grants by id
 * @param bundles by id, oldest first
 * @param entries accepted audit entries by bundle id, in the order of the chain
 */
record Tables(Map<String, Account> accounts, Map<String, Agent> agents, Map<String, Grant> grants,
		Map<String, Bundle> bundles, Map<String, List<AuditEntry>> entries) {

	static Tables empty() {
		return new Tables(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
				new LinkedHashMap<>());
	}

	Tables copy() {
		Map<String, List<AuditEntry>> copiedEntries = new LinkedHashMap<>();
		this.entries.forEach((id, list) -> copiedEntries.put(id, new ArrayList<>(list)));
		return new Tables(new LinkedHashMap<>(this.accounts), new LinkedHashMap<>(this.agents),
				new LinkedHashMap<>(this.grants), new LinkedHashMap<>(this.bundles), copiedEntries);
	}

	List<AuditEntry> entriesOf(String bundleId) {
		return this.entries.computeIfAbsent(bundleId, (id) -> new ArrayList<>());
	}

}
