package dev.grantex.gemma.sync;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.GrantexSimulator;
import dev.grantex.simulator.Route;

/**
 * What a broken or hostile network does in place of the service, one thing at a time.
 */
final class NetworkAttacks {

	private static final List<Route> ROUTES = List.of(Route.STATUS, Route.SYNC, Route.SYNC, Route.REFRESH, Route.CREATE,
			Route.GET, Route.LIST, Route.ANY);

	private static final List<String> DATES = List.of("Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT",
			"Wed, 21 Nov 2029 12:00:00 GMT", "today");

	private final GrantexSimulator service;

	private final RandomGenerator random;

	private final List<Kind> kinds;

	/** Whether the service may have seemed to say that a chain cannot go on. */
	private boolean refusing;

	/**
	 * What is answered.
	 */
	enum Kind {

		SILENCE, LOST, REDIRECT, HTML, CUT_JSON, WRONG_TYPES, EMPTY_BODY, NOT_JSON, TOO_MANY, FAILURE, UNAVAILABLE,
		TOO_LARGE_BODY, KEY_REFUSED, NO_ROUTE, NOT_FOUND, BAD_ENTRY, CONFLICT, FORK, WRONG_DATE, HUGE, CUT, STALL;

		/**
		 * Whether a chain, or its bundle, seems not to be accepted for good.
		 */
		boolean isRefusal() {
			return this == NOT_FOUND || this == BAD_ENTRY || this == CONFLICT || this == FORK;
		}

	}

	NetworkAttacks(GrantexSimulator service, RandomGenerator random, Set<Kind> kinds) {
		this.service = service;
		this.random = random;
		this.kinds = List.copyOf(kinds);
	}

	String attack() {
		if (this.kinds.isEmpty()) {
			return "nothing to answer";
		}
		Kind kind = this.kinds.get(this.random.nextInt(this.kinds.size()));
		Route route = ROUTES.get(this.random.nextInt(ROUTES.size()));
		int times = 1 + this.random.nextInt(3);
		this.refusing |= kind.isRefusal();
		Faults faults = this.service.faults();
		switch (kind) {
			case SILENCE -> faults.unreachable();
			case LOST -> faults.loseAnswer(route, times);
			case REDIRECT -> faults.redirect(route, URI.create("http://127.0.0.1:9/login"), times);
			case HTML -> faults.respond(route, 200, "<html>Welcome</html>", Map.of("content-type", "text/html"), times);
			case CUT_JSON -> faults.respond(route, 200, "{\"accepted\":1,\"data\":", times);
			case WRONG_TYPES -> faults.respond(route, 200,
					"{\"accepted\":\"all\",\"revoked\":\"perhaps\",\"status\":7,\"bundleId\":[],\"bundles\":{}}",
					times);
			case EMPTY_BODY -> faults.respond(route, 200, "", times);
			case NOT_JSON -> faults.respond(route, 200, "\u0000\u0001", times);
			case TOO_MANY -> faults.respond(route, 429, "{\"code\":\"BAD_REQUEST\"}",
					Map.of("retry-after", List.of("1", "90", "99999999999", "soon", "-5").get(this.random.nextInt(5))),
					times);
			case FAILURE -> faults.respond(route, 500, "{\"code\":\"INTERNAL_ERROR\"}", times);
			case UNAVAILABLE -> faults.respond(route, 503, "{}", times);
			case TOO_LARGE_BODY -> faults.respond(route, 413, "{\"code\":\"PAYLOAD_TOO_LARGE\"}", times);
			case KEY_REFUSED ->
				faults.respond(route, 401 + 2 * this.random.nextInt(2), "{\"code\":\"UNAUTHORIZED\"}", times);
			case NO_ROUTE -> faults.respond(route, 404, "{\"message\":\"Route not found\",\"statusCode\":404}", times);
			case NOT_FOUND -> faults.respond(route, 404, "{\"code\":\"NOT_FOUND\",\"message\":\"Not found\"}", times);
			case BAD_ENTRY -> faults.respond(Route.SYNC, 400,
					"{\"code\":\"INVALID_AUDIT_ENTRIES\",\"message\":\"Offline audit batch failed integrity validation\","
							+ "\"errors\":[{\"seq\":3,\"code\":\"INVALID_ENTRY\",\"message\":\"The entry is invalid\"}]}",
					times);
			case CONFLICT -> faults.respond(Route.SYNC, 409,
					"{\"code\":\"CHAIN_BREAK\",\"message\":\"expected seq 1\",\"expectedSeq\":1}", times);
			case FORK -> faults.respond(Route.SYNC, 409, "{\"code\":\"DUPLICATE_SEQ\",\"message\":\"seq 2\"}", times);
			case WRONG_DATE -> faults.dates(DATES.get(this.random.nextInt(DATES.size())));
			case HUGE -> faults.respond(route, 200, "[\"" + "x".repeat(5_000_000) + "\"]", 1);
			case CUT -> faults.cutAnswer(route, times);
			case STALL -> faults.stallAnswer(route);
		}
		return kind + " for " + times + " of " + route;
	}

	/**
	 * Lets everything through again.
	 */
	void calm() {
		this.service.faults().clear();
	}

	/**
	 * Whether the service has ever seemed to refuse a chain.
	 */
	boolean wasRefusing() {
		return this.refusing;
	}

}
