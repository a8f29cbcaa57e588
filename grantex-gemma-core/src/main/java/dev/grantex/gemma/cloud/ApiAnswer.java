package dev.grantex.gemma.cloud;

import org.jspecify.annotations.Nullable;

/**
 * One answer.
 *
 * @param status the HTTP status
 * @param date the header {@code Date}
 * @param retryAfter the header {@code Retry-After}
 * @param body the body, empty if there is none
 */
record ApiAnswer(int status, @Nullable String date, @Nullable String retryAfter, byte[] body) {

	boolean isSuccess() {
		return this.status >= 200 && this.status < 300;
	}

}
