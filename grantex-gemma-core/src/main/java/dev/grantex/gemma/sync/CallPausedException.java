package dev.grantex.gemma.sync;

import java.time.Duration;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.sync.Pauses.Limit;

/**
 * Calls within a limit have to wait: because the service has asked for that, or because
 * it would. The latter is no failure: the next cycle goes on.
 */
final class CallPausedException extends GrantexGemmaException {

	private static final long serialVersionUID = 1L;

	private final Limit limit;

	/** By the service. */
	private final boolean asked;

	private final transient Duration left;

	CallPausedException(Limit limit, boolean asked, Duration left) {
		super(asked ? "The Grantex API has asked to wait" : "The uploads of this minute are used up");
		this.limit = limit;
		this.asked = asked;
		this.left = left;
	}

	Limit limit() {
		return this.limit;
	}

	boolean isAsked() {
		return this.asked;
	}

	Duration left() {
		return this.left;
	}

}
