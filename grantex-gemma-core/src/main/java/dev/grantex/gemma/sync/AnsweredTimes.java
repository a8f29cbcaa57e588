package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.consent.ServiceTime;

/**
 * What the answers of one cycle say about the time. One that nothing else bears out is
 * believed only when a second one confirms it, to a request that was sent a second later:
 * a wrong answer alone, of the service or of what stands before it, changes nothing. Safe
 * for use by several threads.
 */
final class AnsweredTimes {

	private static final Log logger = LogFactory.getLog(AnsweredTimes.class);

	private static final Duration SHORTEST = Duration.ofSeconds(1);

	/** A thread may wake up a little early. */
	private static final Duration MARGIN = Duration.ofMillis(1);

	private final ServiceTime belief;

	private final MonotonicTime time;

	private long sentAt;

	private @Nullable Doubt doubt;

	AnsweredTimes(ServiceTime belief, MonotonicTime time) {
		this.belief = belief;
		this.time = time;
		this.sentAt = time.nanoTime();
	}

	/**
	 * Begins a cycle: what was doubtful in another one confirms nothing.
	 */
	synchronized void beginCycle() {
		this.doubt = null;
	}

	synchronized void sending() {
		this.sentAt = this.time.nanoTime();
	}

	synchronized void heard(Instant second) {
		long now = this.time.nanoTime();
		Doubt first = this.doubt;
		if (this.belief.observe(second)) {
			this.doubt = null;
		}
		else if (first == null || !ServiceTime.agree(first.time, second, Duration.ofNanos(now - first.heardAt))) {
			this.doubt = new Doubt(second, now);
		}
		else if (this.sentAt - first.heardAt >= SHORTEST.toNanos()) {
			this.belief.believe(second);
			this.doubt = null;
			logger.info("The service's time is " + second + ", as two answers say");
		}
	}

	synchronized boolean isInDoubt() {
		return this.doubt != null;
	}

	/**
	 * Judges what is in doubt anew, after another bundle was put in place.
	 */
	synchronized void reconsider() {
		Doubt last = this.doubt;
		if (last != null && this.belief
			.observe(last.time.plusSeconds(Duration.ofNanos(this.time.nanoTime() - last.heardAt).toSeconds()))) {
			this.doubt = null;
		}
	}

	/**
	 * Waits until a request can confirm what is in doubt, a second at most.
	 * @throws ApiUnreachableException if the thread is interrupted
	 */
	void awaitConfirmable() {
		Duration left = untilConfirmable();
		if (left.isNegative()) {
			return;
		}
		try {
			this.time.sleep(left.plus(MARGIN));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ApiUnreachableException(ApiUnreachableException.Reason.INTERRUPTED);
		}
	}

	private synchronized Duration untilConfirmable() {
		Doubt first = this.doubt;
		return (first != null) ? SHORTEST.minusNanos(this.time.nanoTime() - first.heardAt) : Duration.ofNanos(-1);
	}

	private record Doubt(Instant time, long heardAt) {

	}

	/**
	 * Time that nobody can set, and waiting for it to pass.
	 */
	interface MonotonicTime {

		default long nanoTime() {
			return System.nanoTime();
		}

		default void sleep(Duration duration) throws InterruptedException {
			TimeUnit.NANOSECONDS.sleep(duration.toNanos());
		}

	}

}
