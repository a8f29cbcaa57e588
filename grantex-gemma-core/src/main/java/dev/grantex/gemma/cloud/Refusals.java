package dev.grantex.gemma.cloud;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.GrantexAuthException;

/**
 * Which exception an answer that is not a success becomes. The service's message is left
 * out.
 */
final class Refusals {

	private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

	private Refusals() {
	}

	static GrantexAuthException of(ApiAnswer answer) {
		int status = answer.status();
		JsonNode body = body(answer);
		String code = (body != null) ? Answers.code(body) : null;
		if (status == 429) {
			return new RateLimitedException(code, retryAfter(answer.retryAfter()));
		}
		if (status >= 500) {
			return new ApiServerErrorException(status, code);
		}
		if (body != null && isOfEntries(status, code)) {
			return new AuditRejectedException(status, String.valueOf(code), entryErrors(body));
		}
		return new GrantexAuthException(message(status), status, code);
	}

	private static boolean isOfEntries(int status, @Nullable String code) {
		return (status == 400 && AuditRejectedException.INVALID_AUDIT_ENTRIES.equals(code))
				|| (status == 409 && AuditRejectedException.AUDIT_CHAIN_CONFLICT.equals(code));
	}

	private static String message(int status) {
		return switch (status) {
			case 401, 403 -> "The Grantex API does not accept the API key";
			case 404 -> "The Grantex API does not know what was asked for";
			case 407 -> "A proxy on the way to the Grantex API asks for credentials";
			case 413 -> "The request is too large for the Grantex API";
			default ->
				(status >= 300 && status < 400) ? "The Grantex API answered with a redirect, which is not followed"
						: "The Grantex API refused the request";
		};
	}

	private static @Nullable JsonNode body(ApiAnswer answer) {
		try {
			return AnswerReader.object(answer);
		}
		catch (InvalidAnswerException ex) {
			return null;
		}
	}

	private static List<EntryError> entryErrors(JsonNode body) {
		try {
			return Answers.entryErrors(body);
		}
		catch (InvalidAnswerException ex) {
			return List.of();
		}
	}

	private static Duration retryAfter(@Nullable String header) {
		if (header == null || !SECONDS.matcher(header.strip()).matches()) {
			return RateLimitedException.DEFAULT_RETRY_AFTER;
		}
		return Duration.ofSeconds(Long.parseLong(header.strip()));
	}

}
