package dev.grantex.gemma.consent;

import java.time.Instant;

/**
 * Tells calls under way what has become of their chains, which must not wait for ever for
 * a stream without an end. Thread-safe; no lock is held meanwhile.
 */
final class HaltedCalls {

	private final CurrentStanding current;

	private final LeavingChains leaving;

	HaltedCalls(CurrentStanding current, LeavingChains leaving) {
		this.current = current;
		this.leaving = leaving;
	}

	/**
	 * Looks at how the chains stand: after each change that halts one, in each cycle, and
	 * with each call that is denied.
	 */
	void observe() {
		Instant now = this.current.now();
		Standing standing = this.current.get();
		Standing.Usable usable = standing.usable();
		if (usable != null) {
			usable.chain().calls().observe(standing.isRevoked(), standing.isStranded(), now);
		}
		this.leaving.observeCalls(now);
	}

}
