package dev.grantex.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class RateLimitTests extends SimulatorFixture {

	private TestClient bulk;

	@BeforeEach
	void stopClock() {
		this.simulator.clock().set(Instant.parse("2026-11-21T12:00:00Z"));
		this.simulator.rateLimits(true);
		this.bulk = new TestClient(this.simulator, this.simulator.createCustomer("bulk", 2000));
	}

	@ParameterizedTest
	@CsvSource({ "POST,/v1/consent-bundles,10", "POST,/v1/consent-bundles/bundle_1/refresh,10",
			"POST,/v1/audit/offline-sync,20", "GET,/v1/consent-bundles/bundle_1/revocation-status,100",
			"GET,/v1/consent-bundles,100" })
	void refusesWhatIsBeyondTheLimitOfTheRouteUntilAMinuteHasPassed(String method, String target, int limit) {
		for (int i = 0; i < limit; i++) {
			assertThat(ask(method, target).status()).isNotEqualTo(429);
		}
		this.simulator.clock().advance(Duration.ofMillis(59_500));
		TestClient.Result refused = ask(method, target);
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.code()).isEqualTo("BAD_REQUEST");
		assertThat(refused.header("retry-after")).isEqualTo("1");
		this.simulator.clock().advance(Duration.ofMillis(500));
		assertThat(ask(method, target).status()).isNotEqualTo(429);
	}

	@Test
	void limitOfTheRouteIsSharedByAllCustomersBehindAnAddress() {
		for (int i = 0; i < 20; i++) {
			this.bulk.post("/v1/audit/offline-sync", "{}");
		}
		assertThat(this.client.post("/v1/audit/offline-sync", "{}").status()).isEqualTo(429);
		assertThat(this.client.get("/v1/consent-bundles").status()).isEqualTo(200);
	}

	@Test
	void limitOfTheSyncRouteDoesNotShowInASuccessfulAnswer() {
		Device device = Device.withBundle(this.client, this.agent, List.of("read:contacts"));
		TestClient.Result result = device.sync(device.append(1));
		assertThat(result.header("x-ratelimit-limit")).isEqualTo("100");
		assertThat(result.header("x-ratelimit-remaining")).isEqualTo("98");
	}

	@Test
	void limitOfThePlanCoversAllRoutesOfACustomer() {
		for (int i = 0; i < 100; i++) {
			this.client.get("/v1/none");
		}
		TestClient.Result refused = this.client.get("/v1/consent-bundles");
		assertThat(refused.status()).isEqualTo(429);
		assertThat(refused.code()).isEqualTo("RATE_LIMIT_EXCEEDED");
		assertThat(this.bulk.get("/v1/consent-bundles").status()).isEqualTo(200);
		this.simulator.clock().advance(Duration.ofMinutes(1));
		assertThat(this.client.get("/v1/consent-bundles").status()).isEqualTo(200);
	}

	@Test
	void switchedOffRefusesNothing() {
		this.simulator.rateLimits(false);
		for (int i = 0; i < 150; i++) {
			assertThat(this.client.get("/v1/consent-bundles").status()).isEqualTo(200);
		}
	}

	private TestClient.Result ask(String method, String target) {
		return method.equals("GET") ? this.bulk.get(target) : this.bulk.post(target, "{}");
	}

}
