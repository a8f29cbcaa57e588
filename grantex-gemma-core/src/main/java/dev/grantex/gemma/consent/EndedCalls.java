package dev.grantex.gemma.consent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Calls that ended and are not on record yet. Thread-safe.
 */
final class EndedCalls {

	private final Map<CallDecision, Long> calls = new ConcurrentHashMap<>();

	private final LongSupplier nanoTime;

	EndedCalls(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	void add(CallDecision call) {
		this.calls.putIfAbsent(call, this.nanoTime.getAsLong());
	}

	void remove(CallDecision call) {
		this.calls.remove(call);
	}

	/**
	 * How many ended so long ago that they should be on record.
	 */
	int overdue() {
		long now = this.nanoTime.getAsLong();
		long grace = CallDecision.RECORDING_GRACE.toNanos();
		return (int) this.calls.values().stream().filter((since) -> now - since >= grace).count();
	}

}
