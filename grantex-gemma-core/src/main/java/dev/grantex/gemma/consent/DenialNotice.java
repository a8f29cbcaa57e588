package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;

/**
 * Tells the application's log when calls begin to be denied, for which reason, and when
 * they run again: one line for each change, and few where it changes all the time.
 * Thread-safe; nobody waits for the log of somebody else.
 */
final class DenialNotice {

	private static final Log logger = LogFactory.getLog(DenialNotice.class);

	private static final int MAX_LINES = 10;

	private static final Duration WINDOW = Duration.ofMinutes(1);

	private final Supplier<ConsentStatus> standing;

	private final Clock clock;

	private final ThrottledLine untold;

	private final ReentrantLock telling = new ReentrantLock();

	private volatile @Nullable DenialReason told;

	private Instant begin = Instant.MIN;

	private int lines;

	DenialNotice(Supplier<ConsentStatus> standing, Clock clock) {
		this.standing = standing;
		this.clock = clock;
		this.untold = new ThrottledLine(logger, clock);
	}

	/**
	 * Takes note of what a call has found: the standing may have changed with time, or
	 * with the log. Throws nothing: the call goes on.
	 */
	void note(@Nullable DenialReason found) {
		if (found != this.told) {
			try {
				tell();
			}
			catch (RuntimeException | Error ex) {
				this.untold.debug(() -> "It could not be told whether calls are denied", ex);
			}
		}
	}

	/**
	 * Looks at a standing that has just been changed. That there is no bundle may be over
	 * soon, so it is told by who finds that it is not.
	 */
	void look() {
		if (this.standing.get().denial() != DenialReason.NO_BUNDLE) {
			tell();
		}
	}

	void tell() {
		if (this.telling.tryLock()) {
			try {
				ConsentStatus status = this.standing.get();
				DenialReason now = status.denial();
				if (now != this.told && now != DenialReason.NOT_RUNNING && isAdmitted(this.clock.instant())) {
					this.told = now;
					log(now, status);
				}
			}
			finally {
				this.telling.unlock();
			}
		}
	}

	/**
	 * A clock that jumps does not keep anything from being told.
	 */
	private boolean isAdmitted(Instant now) {
		if (this.begin == Instant.MIN || Duration.between(this.begin, now).abs().compareTo(WINDOW) >= 0) {
			this.begin = now;
			this.lines = 0;
		}
		return this.lines++ < MAX_LINES;
	}

	private static void log(@Nullable DenialReason denial, ConsentStatus status) {
		if (denial == null) {
			logger.info("Guarded calls are permitted again");
		}
		else {
			logger.error("Guarded calls are denied (" + denial.code() + "): " + denial.summary()
					+ clocks(denial, status) + ". " + status.remedy());
		}
	}

	private static String clocks(DenialReason denial, ConsentStatus status) {
		return (denial != DenialReason.CLOCK_AHEAD) ? ""
				: ": it shows " + status.clocks().device() + ", and that of the service " + status.clocks().service();
	}

}
