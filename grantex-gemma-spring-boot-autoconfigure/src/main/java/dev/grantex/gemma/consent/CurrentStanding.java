package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.Stranding;

/**
 * The standing that is in force. It is read without a lock; who changes it holds the
 * monitor of this object from reading to setting it.
 */
final class CurrentStanding {

	private final Clock clock;

	private volatile Standing standing = Standing.denied(null, DenialReason.NOT_RUNNING);

	private volatile boolean running;

	CurrentStanding(Clock clock) {
		this.clock = clock;
	}

	Standing get() {
		return this.standing;
	}

	void set(Standing standing) {
		this.standing = standing;
	}

	Instant now() {
		return this.clock.instant();
	}

	/**
	 * Whether the consent is open.
	 */
	boolean isRunning() {
		return this.running;
	}

	void setRunning(boolean running) {
		this.running = running;
	}

	/**
	 * Checks that the consent is open.
	 * @throws IllegalStateException if not
	 */
	void requireRunning() {
		if (!this.running) {
			throw new IllegalStateException("The consent is not open");
		}
	}

	/**
	 * Whether no call is under way on the current chain.
	 */
	boolean isIdle() {
		Standing.Usable usable = this.standing.usable();
		return usable == null || usable.chain().isIdle();
	}

	/**
	 * What is remembered of why the current chain cannot go on, if anything is.
	 */
	@Nullable Stranding stranding() {
		Standing current = this.standing;
		return (current.bundle() != null && current.bundle().state() != null) ? current.bundle().state().stranding()
				: null;
	}

	/**
	 * Puts a standing in place under which nothing can be recorded, and closes the log of
	 * the one before.
	 * @throws IllegalStateException if a call that came in between still has the log
	 * open; it is taken up again when the consent is opened again
	 */
	void close(Standing denied) {
		Standing last = this.standing;
		this.standing = denied;
		last.release();
		Standing.Usable usable = last.usable();
		if (usable != null) {
			usable.chain().awaitClosing();
			if (usable.chain().isOpen()) {
				throw new IllegalStateException("Calls are under way on the chain");
			}
		}
	}

}
