package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.grantex.simulator.Agent;
import dev.grantex.simulator.Customer;
import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The newest bundle of a device among all of its agent's.
 */
class BundleSearchTests extends SyncFixture {

	private static final int PAGE = 100;

	private static final Duration MINUTE = Duration.ofMinutes(1);

	@Test
	void searchThatTheLimitStoppedGoesOnFromThePageWhereItWasStopped() {
		Customer customer = this.simulator.createCustomer("fleet", 2);
		SyncDevice device = fleet(customer, 2 * PAGE + 1, "device-0");
		this.simulator.rateLimits(true);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind)
			.containsExactly(SyncProblem.Kind.RATE_LIMITED);
		assertThat(this.simulator.requests(Route.LIST)).hasSize(3);
		this.clock.advance(MINUTE);
		assertThat(device.sync().issued()).isFalse();
		this.clock.advance(MINUTE);
		assertThat(device.sync().issued()).isTrue();
		assertThat(this.simulator.requests(Route.LIST)).filteredOn((request) -> request.path().contains("cursor"))
			.hasSize(3);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void revocationIsFoundOnTheLastPageOfAStoppedSearch() {
		Customer customer = this.simulator.createCustomer("fleet", 1);
		SyncDevice device = fleet(customer, PAGE + 1, "device-of-old");
		this.simulator.revokeBundle(this.simulator.bundles().get(0).id(), true);
		this.simulator.rateLimits(true);
		for (int i = 0; i < 4; i++) {
			assertThat(device.sync().issued()).isFalse();
			this.clock.advance(MINUTE);
		}
		this.simulator.rateLimits(false);
		assertThat(device.sync().problems()).extracting(SyncProblem::code).containsExactly("newest_bundle_revoked");
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void whatWasSeenOnceIsNotLookedThroughAgain() {
		Customer customer = this.simulator.createCustomer("fleet");
		SyncDevice device = fleet(customer, PAGE + 1, "device-0");
		this.simulator.faults().respond(Route.CREATE, 503, "{}", 1);
		device.sync();
		assertThat(this.simulator.requests(Route.LIST)).hasSize(2);
		this.simulator.clearRequests();
		assertThat(device.sync().issued()).isTrue();
		assertThat(this.simulator.requests(Route.LIST)).hasSize(1);
	}

	@Test
	void cursorThatComesAgainEndsTheSearchWithoutABundle() {
		SyncDevice device = emptySyncDevice();
		this.simulator.faults()
			.respond(Route.LIST, 200, "{\"bundles\":[],\"nextCursor\":\"2026-11-21T12:00:00.000Z\"}", Faults.ALWAYS);
		assertThat(device.sync().problems()).singleElement()
			.returns(SyncStep.ISSUE, SyncProblem::step)
			.returns("invalid_answer", SyncProblem::code);
		assertThat(this.simulator.requests(Route.LIST)).hasSize(2);
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
		this.simulator.faults().clear();
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void pagesWithoutAnEndEndACycle() {
		SyncDevice device = emptySyncDevice();
		IntStream.range(0, 150)
			.forEach((i) -> this.simulator.faults()
				.respond(Route.LIST, 200, "{\"bundles\":[],\"nextCursor\":\"" + i + "\"}", 1));
		assertThat(device.sync().problems()).singleElement()
			.returns(SyncProblem.Kind.RATE_LIMITED, SyncProblem::kind)
			.returns(MINUTE, SyncProblem::retryAfter);
		assertThat(this.simulator.requests(Route.LIST)).hasSize(100);
	}

	@Test
	void refusedCursorIsNotUsedAgain() {
		SyncDevice device = emptySyncDevice();
		this.simulator.faults().respond(Route.LIST, 200, "{\"bundles\":[],\"nextCursor\":\"no-time\"}", 1);
		assertThat(device.sync().issued()).isFalse();
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void bundleThatTheServiceHasLostSinceIsForgotten() {
		SyncDevice device = emptySyncDevice();
		String lost = issue().bundleId();
		this.simulator.faults().respond(Route.CREATE, 503, "{}", 1);
		device.sync();
		this.simulator.deleteBundle(lost);
		device.sync();
		assertThat(device.sync().issued()).isTrue();
	}

	/**
	 * A new device of an agent that has many.
	 * @param oldest the device that got the first bundle
	 */
	private SyncDevice fleet(Customer customer, int size, String oldest) {
		Agent agent = customer.registerAgent("assistant", "read:sensor");
		try (GrantexClient client = GrantexClient.builder()
			.baseUrl(this.simulator.baseUrl())
			.apiKey(customer.apiKey())
			.build()) {
			for (int i = 0; i < size; i++) {
				client.createConsentBundle(request(agent, (i == 0) ? oldest : "device-" + i));
				this.clock.advance(Duration.ofMillis(1));
			}
		}
		SyncDevice device = emptySyncDevice();
		device.device().request(request(agent, "device-of-old"));
		device.restart();
		device.apiKey(customer.apiKey());
		this.simulator.clearRequests();
		return device;
	}

	private static BundleRequest request(Agent agent, String deviceId) {
		return new BundleRequest(agent.id(), "user_1", List.of("read:sensor"), "72h", deviceId, "linux");
	}

}
