package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * A guarded call ran, but the record of its outcome could not be written.
 */
public class CallNotRecordedException extends GrantexGemmaException {

	public CallNotRecordedException(String message) {
		super(message);
	}

	public CallNotRecordedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
