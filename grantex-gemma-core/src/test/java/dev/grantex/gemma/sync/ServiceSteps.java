package dev.grantex.gemma.sync;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;
import dev.grantex.simulator.SimulatedBundle;
import dev.grantex.simulator.SimulatorState;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What the service, the network and the user do.
 */
final class ServiceSteps {

	private static final List<Route> ROUTES = List.of(Route.STATUS, Route.SYNC, Route.SYNC, Route.REFRESH, Route.CREATE,
			Route.GET, Route.LIST, Route.ANY);

	private final Field field;

	private @Nullable SimulatorState saved;

	ServiceSteps(Field field) {
		this.field = field;
	}

	String loseAnswer(RandomGenerator random) {
		Route route = route(random);
		int times = 1 + random.nextInt(2);
		faults().loseAnswer(route, times);
		return "lose " + times + " answers of " + route;
	}

	String error(RandomGenerator random) {
		Route route = route(random);
		int times = 1 + random.nextInt(3);
		int kind = random.nextInt(10);
		switch (kind) {
			case 0 -> faults().respond(route, 429, "{\"code\":\"BAD_REQUEST\"}",
					Map.of("retry-after", String.valueOf(1 + random.nextInt(90))), times);
			case 1 -> faults().respond(route, 500, "{\"code\":\"INTERNAL_ERROR\"}", times);
			case 2 -> faults().respond(route, 503, "{}", times);
			case 3 -> faults().respond(route, 413, "{\"code\":\"PAYLOAD_TOO_LARGE\"}", times);
			case 4 -> faults().respond(route, 401, "{\"code\":\"UNAUTHORIZED\"}", times);
			case 5 -> faults().respond(route, 404, "{\"code\":\"NOT_FOUND\",\"message\":\"Not found\"}", times);
			case 6 -> faults().respond(route, 404, "{\"message\":\"Route not found\",\"statusCode\":404}", times);
			case 7 -> faults().respond(route, 200, "<html>Welcome</html>", times);
			case 8 -> faults().respond(route, 200, "{\"data\":", times);
			default -> faults().redirect(route, URI.create("http://127.0.0.1:9/login"), times);
		}
		return "error "
				+ List.of("429", "500", "503", "413", "401", "404", "404 without code", "html", "cut", "redirect")
					.get(kind)
				+ " " + times + " times on " + route;
	}

	/**
	 * The service cannot take an entry that a device has yet to deliver.
	 */
	String refuseEntry(FieldDevice device, RandomGenerator random) {
		String bundle = device.bundleId();
		if (device.isTampered() || bundle == null) {
			return "nothing to refuse";
		}
		LocalChain chain = device.chain();
		long from = Math.max(chain.first(), this.field.evidence().atService(bundle).size() + 1);
		if (chain.last() < from) {
			return device + " has no entry to be refused";
		}
		long sequence = from + random.nextLong(chain.last() - from + 1);
		boolean named = random.nextBoolean();
		String answer = named
				? "{\"code\":\"INVALID_AUDIT_ENTRIES\",\"message\":\"Offline audit batch failed integrity validation\","
						+ "\"errors\":[{\"seq\":" + sequence
						+ ",\"code\":\"INVALID_ENTRY\",\"message\":\"The entry is invalid\"}]}"
				: "{\"code\":\"INTERNAL_ERROR\",\"message\":\"Internal error\"}";
		faults().respondWhen(Route.SYNC, (body) -> holds(body, chain.hash(sequence)), named ? 400 : 500, answer,
				Faults.ALWAYS);
		return "entry " + sequence + " of " + device + " is refused with " + (named ? "400" : "500");
	}

	private static boolean holds(JsonNode batch, String hash) {
		return batch.path("entries").valueStream().anyMatch((entry) -> hash.equals(entry.path("hash").stringValue("")));
	}

	String limitBodies(RandomGenerator random) {
		int bytes = 800 + random.nextInt(8000);
		faults().bodyLimit(bytes);
		return "bodies of at most " + bytes + " bytes";
	}

	String loseBundle(RandomGenerator random) {
		List<SimulatedBundle> bundles = this.field.service().bundles();
		if (bundles.isEmpty()) {
			return "no bundle to lose";
		}
		SimulatedBundle bundle = bundles.get(bundles.size() - 1 - random.nextInt(Math.min(2, bundles.size())));
		this.field.service().deleteBundle(bundle.id());
		this.field.evidence().forgiveService(this.field.devices());
		this.field.figures().count("bundles lost at the service");
		return "service lost " + bundle.id();
	}

	String goOffline() {
		faults().unreachable();
		this.field.disturb();
		return "network down";
	}

	String calm() {
		this.field.calm();
		return "network up, faults end";
	}

	String revoke(RandomGenerator random) {
		List<SimulatedBundle> bundles = this.field.service().bundles();
		if (bundles.isEmpty()) {
			return "nothing to revoke";
		}
		boolean newest = random.nextInt(4) > 0;
		SimulatedBundle bundle = bundles.get(newest ? bundles.size() - 1 : random.nextInt(bundles.size()));
		this.field.figures().count("revocations");
		switch (random.nextInt(3)) {
			case 0 -> this.field.service().revokeBundle(bundle.id(), false);
			case 1 -> this.field.service().revokeBundle(bundle.id(), true);
			default -> this.field.service().revokeGrant(bundle.grantId());
		}
		return "revoked " + bundle.id() + " or its grant, or both";
	}

	String save() {
		this.saved = this.field.service().save();
		return "service backed up";
	}

	String restore() {
		if (this.saved == null) {
			return save();
		}
		this.field.service().restore(this.saved);
		this.field.evidence().forgiveService(this.field.devices());
		this.field.figures().count("restored services");
		return "service restored";
	}

	String expire(FieldDevice device) {
		return device.bundle().map((bundle) -> {
			Duration left = Duration.between(this.field.now(), bundle.offlineExpiresAt());
			if (left.isNegative()) {
				return device + " expired already";
			}
			this.field.advance(left.plusSeconds(1));
			return device + " bundle ends";
		}).orElse("no bundle to end");
	}

	/**
	 * Moves the time to when a device's bundle is due for a refresh.
	 */
	String due(FieldDevice device, RandomGenerator random) {
		double share = List.of(0.18, 0.15, 0.08, 0.02).get(random.nextInt(4));
		return device.bundle().map((bundle) -> {
			long life = Duration.between(bundle.checkpointAt(), bundle.offlineExpiresAt()).toMillis();
			Duration ahead = Duration.between(this.field.now(),
					bundle.offlineExpiresAt().minusMillis((long) (life * share)));
			if (!ahead.isNegative()) {
				this.field.advance(ahead);
			}
			return device + " bundle has " + share + " of its life left";
		}).orElse("no bundle to refresh");
	}

	private Faults faults() {
		this.field.disturb();
		return this.field.service().faults();
	}

	private static Route route(RandomGenerator random) {
		return ROUTES.get(random.nextInt(ROUTES.size()));
	}

}
