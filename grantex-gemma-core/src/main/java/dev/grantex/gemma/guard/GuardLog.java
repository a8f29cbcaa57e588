package dev.grantex.gemma.guard;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.ThrottledLine;

/**
 * Tells the application's log what goes wrong beside the calls, above all in code of the
 * application whose failure must not change what becomes of a call. Every call may cause
 * a line, so each kind is written once a minute at most. Thread-safe; nothing here
 * throws.
 */
final class GuardLog {

	private static final Log logger = LogFactory.getLog(GuardLog.class);

	private final Map<Trouble, ThrottledLine> lines;

	/**
	 * Creates a log in which nothing was written yet.
	 * @param clock tells when a minute is over
	 */
	GuardLog(Clock clock) {
		this.lines = ThrottledLine.forEach(Trouble.class, logger, clock);
	}

	/**
	 * Runs code of the application. Never throws, not even what Kotlin throws undeclared.
	 * @param trouble what it is if the code fails
	 */
	void attempt(Trouble trouble, Runnable code) {
		try {
			code.run();
		}
		catch (Throwable ex) {
			tell(trouble, ex);
		}
	}

	/**
	 * Tells of a failure.
	 */
	void tell(Trouble trouble, Throwable cause) {
		tell(trouble, () -> trouble.text, cause);
	}

	/**
	 * Tells of a failure in a call.
	 */
	void tell(Trouble trouble, String action, Throwable cause) {
		tell(trouble, () -> trouble.text + ": '" + action + "'", cause);
	}

	private void tell(Trouble trouble, Supplier<String> text, Throwable cause) {
		try {
			ThrottledLine line = Objects.requireNonNull(this.lines.get(trouble));
			switch (trouble) {
				case DENIAL -> line.debug(text, cause);
				case CANCELLATION, REVOCATION -> line.error(text, cause);
				case LISTENER, OBSERVATION, RELEASE, PREPARATION -> line.warn(text, cause);
			}
		}
		catch (Throwable ex) {
			// Where the stack or the memory has come to an end, logging fails as well.
		}
	}

	/**
	 * What can go wrong.
	 */
	enum Trouble {

		/** A listener has thrown. */
		LISTENER("A listener failed to handle what became of a call"),

		/** A handler of observations has thrown. */
		OBSERVATION("A guarded call could not be observed as it should be"),

		/** A call has ended and may hold its chain for ever. */
		RELEASE("The chain of a call could not be released properly"),

		/** It is not known how to write down what a call would be. */
		PREPARATION("No entry about a call could be prepared"),

		/** A denial is in no entry, which is told with its reason as well. */
		DENIAL("The denial of a call could not be recorded"),

		/** The end of a call that was cancelled is in no entry. */
		CANCELLATION("The cancellation of a call could not be recorded"),

		/** The end of a call that was revoked is in no entry. */
		REVOCATION("The end of a call after a revocation could not be recorded");

		private final String text;

		Trouble(String text) {
			this.text = text;
		}

	}

}
