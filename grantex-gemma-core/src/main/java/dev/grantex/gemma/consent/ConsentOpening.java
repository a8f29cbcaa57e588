package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * Opens the stored bundle and its log, and tries again what could not be opened.
 * Thread-safe.
 */
final class ConsentOpening {

	private static final Log logger = LogFactory.getLog(ConsentOpening.class);

	private final CurrentStanding current;

	private final StoredBundle stored;

	private final StandingFactory standings;

	private final RetryPace pace = new RetryPace(Duration.ofSeconds(10));

	ConsentOpening(CurrentStanding current, StoredBundle stored, StandingFactory standings) {
		this.current = current;
		this.stored = stored;
		this.standings = standings;
	}

	/**
	 * Opens what is stored, unless that was done.
	 */
	void open() {
		this.current.change(() -> {
			if (this.current.isRunning()) {
				return;
			}
			this.current.open();
			this.current.set(this.standings.load(this.stored));
			this.current.held().observe(this.current.now());
		});
	}

	/**
	 * Tries again, if something is not open.
	 */
	void retry() {
		this.current.change(this::openAgain);
	}

	/**
	 * Does the same for a call, once in a while: it never waits for somebody who is
	 * changing something.
	 * @return whether it was tried
	 */
	boolean retryIfDue(Instant now) {
		return this.current.changeIfFree(() -> {
			boolean due = this.pace.isDue(now);
			if (due) {
				openAgain();
			}
			return due;
		});
	}

	private void openAgain() {
		Standing last = this.current.held();
		if (!this.current.isRunning() || last.usable() != null) {
			return;
		}
		// What is known in memory, above all a revocation, outlives the file's deletion.
		ConsentBundle known = (last.fault() != DenialReason.BUNDLE_OUTDATED) ? last.bundle() : null;
		Standing next = (known != null) ? this.standings.create(this.stored, known) : this.standings.load(this.stored);
		// A broken log that is being read is no other's.
		boolean beingRead = next.fault() == DenialReason.LOG_HELD && last.fault() != null
				&& last.fault().stranding().isPresent();
		if (beingRead) {
			return;
		}
		// Why no bundle could be entered stays the reason until one is.
		if (next.fault() != DenialReason.NO_BUNDLE || !last.isWaitingForABundle()) {
			this.current.set(next);
		}
		if (next.usable() != null) {
			logger.info("The consent bundle and its audit log are open");
		}
	}

}
