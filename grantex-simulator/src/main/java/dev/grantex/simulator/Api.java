package dev.grantex.simulator;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Takes a request through the service's stages in their order: limit of the route, body,
 * caller, limit of the plan, operation. Which header fields an answer has shows how far
 * its request came.
 */
final class Api {

	private static final String BEARER = "Bearer ";

	private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
		.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
		.withZone(ZoneOffset.UTC);

	private final Map<Route, Operation> operations;

	private final Store store;

	private final RateLimits limits;

	private final Faults faults;

	private final Clock clock;

	Api(Map<Route, Operation> operations, Store store, RateLimits limits, Faults faults, Clock clock) {
		this.operations = Map.copyOf(operations);
		this.store = store;
		this.limits = limits;
		this.faults = faults;
		this.clock = clock;
	}

	/**
	 * Answers a request.
	 * @return the answer, or nothing if it is lost
	 */
	Optional<Answer> answer(Call call) {
		this.faults.awaitDelay();
		Optional<Answer> scripted = this.faults.scriptedAnswer(call);
		if (scripted.isPresent()) {
			return scripted.map(this::dated);
		}
		if (isUpgrade(call) && call.method().equals("GET")) {
			return Optional.of(Answer.text(400, "text/html", "Invalid Upgrade header").closing());
		}
		Answer answer = limited(call);
		return this.faults.spoilt().isLost(call) ? Optional.empty() : Optional.of(dated(answer));
	}

	private Answer dated(Answer answer) {
		String date = this.faults.date().orElseGet(() -> HTTP_DATE.format(this.clock.instant()));
		return date.isEmpty() ? answer : answer.withHeaders(Map.of("date", date));
	}

	private Answer limited(Call call) {
		try {
			Map<String, String> counted = this.limits.countRoute(call);
			return parsed(call, counted);
		}
		catch (RateLimits.Exceeded ex) {
			return exceeded(ex).withHeaders(StandardHeaders.early());
		}
	}

	private Answer parsed(Call call, Map<String, String> counted) {
		JsonNode body;
		try {
			if (isUpgrade(call)) {
				throw new BodyParser.Refused(ApiException.badRequest("Request body size did not match Content-Length"));
			}
			body = BodyParser.parse(call);
		}
		catch (BodyParser.Refused ex) {
			return ErrorAnswers.of(ex.refusal()).withHeaders(counted).withHeaders(StandardHeaders.early()).closing();
		}
		catch (ApiException ex) {
			return ErrorAnswers.of(ex).withHeaders(counted).withHeaders(StandardHeaders.early());
		}
		return authenticated(call, body, counted).withHeaders(StandardHeaders.full());
	}

	private Answer authenticated(Call call, JsonNode body, Map<String, String> counted) {
		Map<String, String> shown = new HashMap<>(counted);
		try {
			Account account = call.route().isPublic() ? null : caller(call);
			if (account != null) {
				shown.putAll(this.limits.countPlan(account));
			}
			return operate(call, account, body).withHeaders(shown);
		}
		catch (RateLimits.Exceeded ex) {
			return exceeded(ex);
		}
		catch (ApiException ex) {
			return ErrorAnswers.of(ex).withHeaders(shown);
		}
	}

	private Answer operate(Call call, @Nullable Account account, JsonNode body) {
		Operation operation = this.operations.get(call.route());
		if (operation == null) {
			return ErrorAnswers.unknownRoute(call);
		}
		String identifier = call.route().identifier(call.path());
		Supplier<Answer> commit = operation.prepare(new Invocation(account, identifier, call.query(), body));
		this.faults.holdBeforeCommit(call.route());
		Answer answer = commit.get();
		this.faults.holdAfterCommit(call.route());
		return answer;
	}

	private Account caller(Call call) {
		String authorization = call.header("authorization");
		if (authorization == null || !authorization.startsWith(BEARER)) {
			throw ApiException.unauthorized("Missing or invalid Authorization header");
		}
		return this.store.account(authorization.substring(BEARER.length()))
			.orElseThrow(() -> ApiException.unauthorized("Invalid API key"));
	}

	private static Answer exceeded(RateLimits.Exceeded ex) {
		return ErrorAnswers.of(ex.refusal())
			.withHeaders(ex.reading().headers())
			.withHeaders(ex.reading().retryHeaders());
	}

	private static boolean isUpgrade(Call call) {
		return call.header("upgrade") != null;
	}

}
