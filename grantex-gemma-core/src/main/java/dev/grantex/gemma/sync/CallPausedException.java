package dev.grantex.gemma.sync;

import java.time.Duration;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * The service has asked to wait: the call was refused for that, or not made within the
 * pause.
 */
final class CallPausedException extends GrantexGemmaException {

	private static final long serialVersionUID = 1L;

	private final ApiLimit limit;

	private final Duration left;

	CallPausedException(ApiLimit limit, Duration left) {
		super("The Grantex API has asked to wait");
		this.limit = limit;
		this.left = left;
	}

	/**
	 * Whose pause it is.
	 */
	ApiLimit limit() {
		return this.limit;
	}

	/**
	 * How long it still lasts.
	 */
	Duration left() {
		return this.left;
	}

}
