package dev.grantex.gemma.cloud;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;

/**
 * Too many requests (429): the limit of the call, which for the upload counts per client
 * address, or that of the plan.
 */
public class RateLimitedException extends GrantexAuthException {

	/**
	 * What {@link #retryAfter()} answers when the service does not tell.
	 */
	public static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(60);

	private final Duration retryAfter;

	public RateLimitedException(@Nullable String code, Duration retryAfter) {
		super("The Grantex API's rate limit is reached", 429, code);
		this.retryAfter = retryAfter;
	}

	/**
	 * How long to wait, as the service says (header {@code retry-after}, in seconds).
	 * Never negative; callers set their own upper bound.
	 */
	public Duration retryAfter() {
		return this.retryAfter;
	}

}
