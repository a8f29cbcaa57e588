package dev.grantex.gemma.actuate;

import java.time.Duration;
import java.time.Instant;

/**
 * The endpoint has no answer now, because it is still working on one, too many wait for
 * one, or the service has asked to wait. Over HTTP this is status 503.
 */
public final class EndpointBusyException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Duration retryAfter;

	private final Instant until;

	/**
	 * Creates an exception.
	 * @param reason why there is no answer, safe to show to whoever may ask
	 * @param wait how long to wait before asking again; it becomes full seconds, one at
	 * least
	 * @param now the present time
	 */
	EndpointBusyException(String reason, Duration wait, Instant now) {
		this(reason, wait.plus(Duration.ofNanos(999_999_999)).toSeconds(), now);
	}

	private EndpointBusyException(String reason, long seconds, Instant now) {
		super(reason + "; ask again in " + Math.max(1, seconds) + " s");
		this.retryAfter = Duration.ofSeconds(Math.max(1, seconds));
		this.until = now.plus(this.retryAfter);
	}

	/**
	 * How long to wait before asking again, in full seconds.
	 */
	public Duration retryAfter() {
		return this.retryAfter;
	}

	/**
	 * The moment from which on to ask again.
	 */
	public Instant until() {
		return this.until;
	}

}
