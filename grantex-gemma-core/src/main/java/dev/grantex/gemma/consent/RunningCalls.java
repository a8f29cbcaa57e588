package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.consent.StateTable.Calls;

/**
 * The calls under way on one chain, which must not wait for ever for a stream without an
 * end. Thread-safe; no lock is held while they are told.
 */
final class RunningCalls {

	private static final Log logger = LogFactory.getLog(RunningCalls.class);

	/** How long a chain that was revoked or stranded waits for its calls. */
	private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

	private final Set<RunningCall> calls = ConcurrentHashMap.newKeySet();

	private final ThrottledLine unrecorded = new ThrottledLine(logger);

	private volatile boolean ending;

	private @Nullable Instant halted;

	void add(RunningCall call) {
		this.calls.add(call);
		if (this.ending) {
			tell(call, RunningCall::revoked);
		}
	}

	void remove(RunningCall call) {
		this.calls.remove(call);
	}

	/**
	 * Takes note of how the chain stands, and tells the calls what that means to them.
	 */
	void observe(Calls fate, Instant now) {
		this.ending = fate == Calls.END;
		note(fate != Calls.FINISH, now);
		if (this.ending) {
			this.calls.forEach((call) -> tell(call, RunningCall::revoked));
		}
		observe(now);
	}

	void observe(Instant now) {
		if (isOverdue(now)) {
			this.calls.forEach((call) -> tell(call, RunningCall::overdue));
		}
	}

	private synchronized void note(boolean halted, Instant now) {
		boolean counting = this.halted != null && !now.isBefore(this.halted);
		this.halted = halted ? (counting ? this.halted : now) : null;
	}

	private synchronized boolean isOverdue(Instant now) {
		return this.halted != null && Duration.between(this.halted, now).compareTo(LONGEST_WAIT) >= 0;
	}

	private void tell(RunningCall call, Consumer<RunningCall> what) {
		try {
			what.accept(call);
		}
		catch (RuntimeException | Error ex) {
			this.unrecorded.error(() -> "The end of a call under way could not be recorded", ex);
		}
	}

}
