package dev.grantex.gemma.cloud;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;

/**
 * The Grantex API, or a proxy before it, failed to process the request (5xx). Whether it
 * took effect is unknown.
 */
public class ApiServerErrorException extends GrantexAuthException {

	public ApiServerErrorException(int statusCode, @Nullable String code) {
		super("The Grantex API could not process the request", statusCode, code);
	}

}
