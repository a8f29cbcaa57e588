package dev.grantex.simulator;

import java.time.Clock;
import java.util.Map;

/**
 * The limit of each route by client address, and the limit of each customer's plan.
 * Switched off, they count and show what they count, but refuse nothing.
 */
final class RateLimits {

	private final RateLimiter routes;

	private final RateLimiter plans;

	private volatile boolean on;

	RateLimits(Clock clock, boolean on) {
		this.routes = new RateLimiter(clock, false);
		this.plans = new RateLimiter(clock, true);
		this.on = on;
	}

	void switchOn(boolean on) {
		this.routes.clear();
		this.plans.clear();
		this.on = on;
	}

	/**
	 * Counts a request before the caller is known.
	 */
	Map<String, String> countRoute(Call call) {
		int limit = call.route().limit();
		if (limit == 0) {
			return Map.of();
		}
		RateLimiter.Reading reading = this.routes.count(call.route() + " " + call.client(), limit);
		if (this.on && reading.isExceeded()) {
			ApiException refusal = new ApiException(429, "BAD_REQUEST",
					"Rate limit exceeded, retry in " + inWords(reading.seconds()));
			throw new Exceeded(refusal, reading);
		}
		return reading.headers();
	}

	/**
	 * Counts a request of a known customer.
	 */
	Map<String, String> countPlan(Account account) {
		RateLimiter.Reading reading = this.plans.count(account.developerId(), account.planLimit());
		if (this.on && reading.isExceeded()) {
			ApiException refusal = new ApiException(429, "RATE_LIMIT_EXCEEDED",
					"Plan rate limit exceeded, retry in " + reading.seconds() + " seconds");
			throw new Exceeded(refusal, reading);
		}
		return reading.headers();
	}

	private static String inWords(long seconds) {
		if (seconds >= 60) {
			return "1 minute";
		}
		return (seconds == 1) ? "1 second" : seconds + " seconds";
	}

	/**
	 * A request beyond a limit.
	 */
	static final class Exceeded extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final transient ApiException refusal;

		private final transient RateLimiter.Reading reading;

		Exceeded(ApiException refusal, RateLimiter.Reading reading) {
			super(refusal.getMessage(), refusal, false, false);
			this.refusal = refusal;
			this.reading = reading;
		}

		ApiException refusal() {
			return this.refusal;
		}

		RateLimiter.Reading reading() {
			return this.reading;
		}

	}

}
