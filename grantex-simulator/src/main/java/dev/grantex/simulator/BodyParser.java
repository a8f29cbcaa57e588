package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Turns a request's body into JSON, before anything is known about the caller.
 */
final class BodyParser {

	private static final String JSON = "application/json";

	private BodyParser() {
	}

	/**
	 * Parses the body of a request.
	 * @throws Refused if the connection ends with the refusal
	 */
	static JsonNode parse(Call call) {
		byte[] body = call.body();
		if (body == null) {
			throw new Refused(new ApiException(413, "BAD_REQUEST", "Request body is too large"));
		}
		String type = mediaType(call.header("content-type"));
		if (call.method().equals("GET") || call.method().equals("HEAD") || (body.length == 0 && type == null)) {
			return JsonNodeFactory.instance.missingNode();
		}
		String text = new String(body, StandardCharsets.UTF_8);
		if ("text/plain".equals(type)) {
			return JsonNodeFactory.instance.stringNode(text);
		}
		if (!JSON.equals(type)) {
			throw new ApiException(415, "BAD_REQUEST", "Unsupported Media Type");
		}
		return json(text);
	}

	private static JsonNode json(String text) {
		if (text.isEmpty()) {
			throw refused("Body cannot be empty when content-type is set to '" + JSON + "'");
		}
		try {
			JsonNode node = EcmaJsonParser.parse(text);
			if (!isPolluting(node)) {
				return node;
			}
		}
		catch (MalformedJsonException ex) {
			// Answered below like a body that is JSON but refused.
		}
		throw refused("Body is not valid JSON but content-type is set to '" + JSON + "'");
	}

	/**
	 * Whether a member could reach an object's prototype in the service's language.
	 */
	private static boolean isPolluting(JsonNode node) {
		if (node.isObject()) {
			for (Map.Entry<String, JsonNode> property : node.properties()) {
				if (property.getKey().equals("__proto__")
						|| (property.getKey().equals("constructor") && property.getValue().has("prototype"))) {
					return true;
				}
			}
		}
		return node.valueStream().anyMatch(BodyParser::isPolluting);
	}

	private static Refused refused(String message) {
		return new Refused(ApiException.badRequest(message));
	}

	private static @Nullable String mediaType(@Nullable String contentType) {
		return (contentType != null) ? contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT) : null;
	}

	/**
	 * A body so wrong that the connection is not used again.
	 */
	static final class Refused extends RuntimeException {

		private static final long serialVersionUID = 1L;

		private final transient ApiException refusal;

		Refused(ApiException refusal) {
			super(refusal.getMessage(), refusal, false, false);
			this.refusal = refusal;
		}

		ApiException refusal() {
			return this.refusal;
		}

	}

}
