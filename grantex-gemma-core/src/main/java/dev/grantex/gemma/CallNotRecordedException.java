package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * A guarded call ran, but the record of its outcome could not be written. It is kept in
 * memory and written before anything else once that is possible; until then every call is
 * denied. Only of a call that ran too long after its consent was revoked, or its chain
 * stranded, the outcome is never written: it is on record as still running.
 */
public class CallNotRecordedException extends GrantexGemmaException {

	public CallNotRecordedException(String message) {
		super(message);
	}

	public CallNotRecordedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
