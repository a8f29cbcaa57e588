package dev.grantex.simulator;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Answers that are given in place of the service's own, the first one set up first.
 */
final class ScriptedAnswers {

	private final List<Scripted> answers = new ArrayList<>();

	/**
	 * Sets an answer up.
	 * @param condition what the request's body must be, or {@code null} for any request
	 */
	synchronized void add(Route route, @Nullable Predicate<JsonNode> condition, Answer answer, int times) {
		this.answers.add(new Scripted(route, condition, answer, times));
	}

	synchronized void clear() {
		this.answers.clear();
	}

	/**
	 * Takes the answer to a request, if there is one.
	 */
	synchronized Optional<Answer> take(Call call) {
		Optional<JsonNode> body = Optional.empty();
		for (Scripted scripted : this.answers) {
			if (scripted.route.covers(call.route())) {
				if (scripted.condition != null && body.isEmpty()) {
					body = body(call);
				}
				if (scripted.condition == null || body.filter(scripted.condition).isPresent()) {
					return Optional.of(use(scripted));
				}
			}
		}
		return Optional.empty();
	}

	private Answer use(Scripted scripted) {
		if (scripted.left != Faults.ALWAYS && --scripted.left == 0) {
			this.answers.remove(scripted);
		}
		return scripted.answer;
	}

	private static Optional<JsonNode> body(Call call) {
		byte[] bytes = call.body();
		if (bytes == null) {
			return Optional.empty();
		}
		if (bytes.length == 0) {
			return Optional.of(JsonNodeFactory.instance.missingNode());
		}
		try {
			return Optional.of(EcmaJsonParser.parse(new String(bytes, StandardCharsets.UTF_8)));
		}
		catch (MalformedJsonException | ApiException ex) {
			return Optional.empty();
		}
	}

	private static final class Scripted {

		private final Route route;

		private final @Nullable Predicate<JsonNode> condition;

		private final Answer answer;

		private int left;

		Scripted(Route route, @Nullable Predicate<JsonNode> condition, Answer answer, int times) {
			if (times < 1) {
				throw new IllegalArgumentException("times must be positive");
			}
			this.route = route;
			this.condition = condition;
			this.answer = answer;
			this.left = times;
		}

	}

}
