package dev.grantex.gemma.guard;

import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/**
 * What became of a call, as it stands in the audit entry.
 */
enum CallResult {

	/** The method is about to run. */
	STARTED,

	/** The method returned. */
	SUCCESS,

	/** The method threw. */
	ERROR,

	/** The method, or what it returned, was cancelled or interrupted. */
	CANCELLED,

	/** The method was not allowed to run. */
	DENIED;

	String text() {
		return name().toLowerCase(Locale.ROOT);
	}

	/**
	 * What a failure means.
	 */
	static CallResult of(Throwable failure) {
		Throwable cause = causeOf(failure);
		return (cause instanceof CancellationException || cause instanceof InterruptedException) ? CANCELLED : ERROR;
	}

	/**
	 * The failure itself, without what futures wrap around it.
	 */
	static Throwable causeOf(Throwable failure) {
		if (!(failure instanceof CompletionException || failure instanceof ExecutionException)) {
			return failure;
		}
		try {
			Throwable cause = failure.getCause();
			return (cause != null) ? cause : failure;
		}
		catch (Throwable ex) {
			// A class of the application's own, which may do anything.
			return failure;
		}
	}

}
