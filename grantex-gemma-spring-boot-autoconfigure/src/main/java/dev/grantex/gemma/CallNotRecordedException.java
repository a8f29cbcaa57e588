package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * A guarded call ran, but the record of its outcome could not be written. It is kept in
 * memory and written before anything else once that is possible; until then every call is
 * denied.
 */
public class CallNotRecordedException extends GrantexGemmaException {

	public CallNotRecordedException(String message) {
		super(message);
	}

	public CallNotRecordedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
