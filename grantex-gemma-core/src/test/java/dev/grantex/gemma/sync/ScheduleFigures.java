package dev.grantex.gemma.sync;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what happened in many schedules.
 */
final class ScheduleFigures {

	private final Map<String, Long> counts = new TreeMap<>();

	synchronized void count(String what) {
		count(what, 1);
	}

	synchronized void count(String what, long many) {
		this.counts.merge(what, many, Long::sum);
	}

	void cycle(SyncResult result) {
		count("cycles");
		count("accepted", result.accepted());
		count("refreshed", result.refreshed() ? 1 : 0);
		count("issued", result.issued() ? 1 : 0);
		count("cycles with problems", result.isSuccessful() ? 0 : 1);
	}

	void learned() {
		count("cycles under a revocation");
	}

	@Override
	public synchronized String toString() {
		return this.counts.toString();
	}

}
