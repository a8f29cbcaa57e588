package dev.grantex.simulator;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class GrantexSimulatorTests extends SimulatorFixture {

	@Test
	void servesTheWholeLifeOfABundle() {
		Device device = device();
		assertThat(device.sync(device.append(3)).text()).contains("\"accepted\":3");
		assertThat(device.refresh().status()).isEqualTo(200);
		assertThat(device.sync(device.append(2)).status()).isEqualTo(200);
		assertThat(device.revoke(true).status()).isEqualTo(200);
		assertThat(device.sync(device.append(1)).json().get("revocationStatus").stringValue()).isEqualTo("revoked");
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(6);
	}

	@Test
	void showsItsBundles() {
		Device device = device();
		SimulatedBundle bundle = this.simulator.bundle(device.bundleId()).orElseThrow();
		assertThat(this.simulator.bundles()).containsExactly(bundle);
		assertThat(bundle.agentId()).isEqualTo(this.agent.id());
		assertThat(bundle.userId()).isEqualTo("user_alice");
		assertThat(bundle.developerId()).isEqualTo(this.simulator.customer().developerId());
		assertThat(bundle.scopes()).containsExactly("read:contacts", "write:calendar");
		assertThat(bundle.status()).isEqualTo("active");
		assertThat(bundle.revokedAt()).isNull();
		assertThat(bundle.grantId()).isEqualTo(device.grantId());
		assertThat(bundle.grantRevoked()).isFalse();
		assertThat(this.simulator.bundle("bundle_none")).isEmpty();
	}

	@Test
	void bundleAndGrantAreRevokedApart() {
		Device device = device();
		this.simulator.revokeGrant(device.grantId());
		SimulatedBundle bundle = this.simulator.bundle(device.bundleId()).orElseThrow();
		assertThat(bundle.grantRevoked()).isTrue();
		assertThat(bundle.status()).isEqualTo("active");
		assertThat(this.client.get("/v1/consent-bundles").text()).contains("\"status\":\"active\"");
		assertThat(device.sync(device.append(1)).json().get("revocationStatus").stringValue()).isEqualTo("revoked");
		Device second = device();
		this.simulator.revokeBundle(second.bundleId(), false);
		assertThat(second.sync(second.append(1)).json().get("revocationStatus").stringValue()).isEqualTo("valid");
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.revokeBundle("bundle_none", true));
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.revokeGrant("grnt_none"));
	}

	@Test
	void goesBackToASavedState() {
		Device device = device();
		List<?> first = device.sync(device.append(2)).json().properties().stream().toList();
		assertThat(first).isNotEmpty();
		SimulatorState state = this.simulator.save();
		device.sync(device.append(3));
		this.simulator.revokeBundle(device.bundleId(), true);
		device();
		this.simulator.restore(state);
		assertThat(this.simulator.bundles()).hasSize(1);
		SimulatedBundle bundle = this.simulator.bundle(device.bundleId()).orElseThrow();
		assertThat(bundle.auditEntryCount()).isEqualTo(2);
		assertThat(bundle.status()).isEqualTo("active");
		assertThat(bundle.grantRevoked()).isFalse();
		assertThat(device.sync(device.append(1)).text()).contains("\"Expected sequence 3\"");
		this.simulator.restore(state);
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(2);
	}

	@Test
	void savedStateHasTheAuditKeyOfThen() {
		Device device = device();
		device.sync(device.append(1));
		SimulatorState state = this.simulator.save();
		device.refresh();
		assertThat(device.sync(device.append(1)).status()).isEqualTo(200);
		List<ObjectNode> later = device.append(1);
		this.simulator.restore(state);
		assertThat(device.sync(later).text()).contains("INVALID_SIGNATURE");
		device.useKeyOf(device.bundle());
		later.forEach(device::sign);
		assertThat(device.sync(later).text()).contains("\"Expected sequence 2\"");
	}

	@Test
	void countsTheEntriesOfABundle() {
		Device device = device();
		assertThat(count(device)).isZero();
		List<ObjectNode> entries = device.append(3);
		device.sync(entries.subList(0, 2));
		device.sync(entries);
		assertThat(count(device)).isEqualTo(3);
		SimulatorState state = this.simulator.save();
		device.refresh();
		device.sync(device.append(2));
		assertThat(count(device)).isEqualTo(5);
		this.simulator.restore(state);
		assertThat(count(device)).isEqualTo(3);
	}

	@Test
	void hashesOfABundleAreThoseOfItsEntries() {
		Device device = device();
		List<ObjectNode> entries = device.append(3);
		device.sync(entries);
		assertThat(this.simulator.auditHashes(device.bundleId()))
			.isEqualTo(entries.stream().map((entry) -> entry.get("hash").stringValue()).toList());
		assertThat(this.simulator.auditHashes("bundle_none")).isEmpty();
	}

	@Test
	void lostBundleIsUnknown() {
		Device device = device();
		device.sync(device.append(2));
		Device other = device();
		SimulatorState state = this.simulator.save();
		this.simulator.deleteBundle(device.bundleId());
		String path = "/v1/consent-bundles/" + device.bundleId();
		assertThat(this.client.get(path).status()).isEqualTo(404);
		assertThat(this.client.get(path + "/revocation-status").status()).isEqualTo(404);
		assertThat(device.refresh().status()).isEqualTo(404);
		assertThat(device.sync(device.append(1)).code()).isEqualTo("NOT_FOUND");
		assertThat(this.simulator.bundle(device.bundleId())).isEmpty();
		assertThat(this.simulator.auditEntries(device.bundleId())).isEmpty();
		assertThat(this.client.get("/v1/consent-bundles").json().get("bundles")).hasSize(1);
		assertThat(other.sync(other.append(1)).status()).isEqualTo(200);
		assertThatIllegalArgumentException().isThrownBy(() -> this.simulator.deleteBundle(device.bundleId()));
		this.simulator.restore(state);
		assertThat(count(device)).isEqualTo(2);
	}

	@Test
	void refreshSaysWhyItIsRefused() {
		Device bundleRevoked = device();
		this.simulator.revokeBundle(bundleRevoked.bundleId(), false);
		assertThat(bundleRevoked.refresh().code()).isEqualTo("BUNDLE_REVOKED");
		Device grantRevoked = device();
		this.simulator.revokeGrant(grantRevoked.grantId());
		assertThat(grantRevoked.refresh().code()).isEqualTo("GRANT_INACTIVE");
		Device bothRevoked = device();
		this.simulator.revokeBundle(bothRevoked.bundleId(), true);
		assertThat(bothRevoked.refresh().code()).isEqualTo("BUNDLE_REVOKED");
		Device expired = device();
		this.simulator.clock().advance(Duration.ofHours(72));
		TestClient.Result refused = expired.refresh();
		assertThat(refused.status()).isEqualTo(409);
		assertThat(refused.code()).isEqualTo("BUNDLE_EXPIRED");
	}

	@Test
	void refreshGivesANewKeyAndTokenForTheSameBundleAndGrant() {
		Device device = device();
		this.simulator.clock().advance(Duration.ofHours(10));
		JsonNode refreshed = device.refresh().json();
		assertThat(refreshed.get("bundleId").stringValue()).isEqualTo(device.bundleId());
		assertThat(Device.claims(refreshed).get("grnt").stringValue()).isEqualTo(device.grantId());
		assertThat(Device.claims(refreshed).get("jti")).isNotEqualTo(Device.claims(device.bundle()).get("jti"));
		assertThat(refreshed.get("offlineAuditKey")).isNotEqualTo(device.bundle().get("offlineAuditKey"));
		assertThat(refreshed.get("checkpointAt").longValue() - device.bundle().get("checkpointAt").longValue())
			.isGreaterThanOrEqualTo(Duration.ofHours(10).toMillis());
		assertThat(this.simulator.bundle(device.bundleId()).orElseThrow().auditPublicKey())
			.isEqualTo(refreshed.get("offlineAuditKey").get("publicKey").stringValue());
	}

	@Test
	void datesAnswersAndBundlesByItsClock() {
		Instant now = Instant.parse("2031-05-06T07:08:09.123Z");
		this.simulator.clock().set(now);
		Device device = device();
		assertThat(this.client.get("/health").header("date")).isEqualTo("Tue, 06 May 2031 07:08:09 GMT");
		assertThat(device.bundle().get("checkpointAt").longValue()).isEqualTo(now.toEpochMilli());
		assertThat(device.bundle().get("offlineExpiresAt").stringValue()).isEqualTo("2031-05-09T07:08:09.123Z");
		assertThat(Device.claims(device.bundle()).get("exp").longValue())
			.isEqualTo(now.getEpochSecond() + Duration.ofHours(72).toSeconds());
		this.simulator.clock().advance(Duration.ofHours(72));
		assertThat(device.refresh().code()).isEqualTo("BUNDLE_EXPIRED");
		assertThat(device.sync(device.append(1)).status()).isEqualTo(200);
	}

	@Test
	void pagesThroughAllBundlesWhileTheClockStandsStill() {
		this.simulator.clock().set(Instant.parse("2026-11-21T12:00:00Z"));
		List<String> ids = List.of(device().bundleId(), device().bundleId(), device().bundleId());
		JsonNode first = this.client.get("/v1/consent-bundles?limit=2").json();
		JsonNode second = this.client.get("/v1/consent-bundles?limit=2&cursor=" + first.get("nextCursor").stringValue())
			.json();
		assertThat(first.get("bundles").valueStream().map((bundle) -> bundle.get("id").stringValue()))
			.containsExactly(ids.get(2), ids.get(1));
		assertThat(second.get("bundles").valueStream().map((bundle) -> bundle.get("id").stringValue()))
			.containsExactly(ids.get(0));
		assertThat(second.has("nextCursor")).isFalse();
		this.simulator.revokeBundle(ids.get(1), false);
		assertThat(this.client.get("/v1/consent-bundles?status=revoked").json().get("bundles")).hasSize(1);
		assertThat(this.client.get("/v1/consent-bundles?agentId=ag_other").json().get("bundles")).isEmpty();
	}

	@Test
	void namesAnotherHostForTheUploadWhenAskedTo() {
		assertThat(device().bundle().get("syncEndpoint").stringValue())
			.isEqualTo(this.simulator.baseUrl() + "/v1/audit/offline-sync");
		this.simulator.syncEndpointBase(URI.create("https://elsewhere.example"));
		assertThat(device().bundle().get("syncEndpoint").stringValue())
			.isEqualTo("https://elsewhere.example/v1/audit/offline-sync");
	}

	@Test
	void remembersRequests() {
		this.client.get("/v1/consent-bundles?limit=3");
		this.client.post("/v1/tokens/verify", "{\"token\":\"x\"}");
		assertThat(this.simulator.requests()).hasSize(2);
		RecordedRequest list = this.simulator.requests(Route.LIST).get(0);
		assertThat(list.path()).isEqualTo("/v1/consent-bundles?limit=3");
		assertThat(list.header("authorization")).isEqualTo("Bearer " + this.simulator.customer().apiKey());
		RecordedRequest verify = this.simulator.requests(Route.VERIFY_TOKEN).get(0);
		assertThat(verify.method()).isEqualTo("POST");
		assertThat(verify.body()).isEqualTo("{\"token\":\"x\"}");
		this.simulator.clearRequests();
		assertThat(this.simulator.requests()).isEmpty();
	}

	@Test
	void datesRequestsByItsClock() {
		Instant now = Instant.parse("2031-05-06T07:08:09.123Z");
		this.simulator.clock().set(now);
		this.client.get("/health");
		this.simulator.clock().advance(Duration.ofSeconds(59));
		this.client.get("/health");
		assertThat(this.simulator.requests()).extracting(RecordedRequest::receivedAt)
			.containsExactly(now, now.plusSeconds(59));
	}

	@Test
	void forgetsTheBodiesOfOlderRequestsFirst() {
		String body = "{\"a\":\"" + "x".repeat(1_000_000) + "\"}";
		for (int i = 0; i < 70; i++) {
			this.client.post("/v1/tokens/verify", body);
		}
		List<RecordedRequest> requests = this.simulator.requests();
		assertThat(requests).hasSize(70).allMatch((request) -> request.bodySize() == body.length());
		assertThat(requests.subList(0, 3)).allMatch((request) -> request.body().isEmpty());
		assertThat(requests.subList(3, 70)).allMatch((request) -> request.body().equals(body));
	}

	@Test
	void anonymousCallsGetKeysAndHealthOnly() {
		for (String target : List.of("/.well-known/jwks.json", "/health")) {
			assertThat(this.client.exchange("GET", target, Map.of(), null).status()).isEqualTo(200);
		}
		for (String target : List.of("/v1/consent-bundles", "/nowhere")) {
			assertThat(this.client.exchange("GET", target, Map.of(), null).status()).isEqualTo(401);
		}
	}

	@Test
	void takesItsSettingsFromTheBuilder() {
		Instant now = Instant.parse("2030-01-01T00:00:00Z");
		try (GrantexSimulator other = GrantexSimulator.builder()
			.clock(Clock.fixed(now, ZoneOffset.UTC))
			.issuer("https://issuer.example")
			.syncEndpointBase(URI.create("https://sync.example"))
			.apiKey("a-key-of-my-own-choice")
			.rateLimits(true)
			.start()) {
			assertThat(other.clock().instant()).isEqualTo(now);
			assertThat(other.customer().apiKey()).isEqualTo("a-key-of-my-own-choice");
			Agent agent = other.customer().registerAgent("agent", "read:contacts");
			JsonNode bundle = Device.withBundle(new TestClient(other), agent, List.of("read:contacts")).bundle();
			assertThat(bundle.get("syncEndpoint").stringValue()).startsWith("https://sync.example/");
			assertThat(Device.claims(bundle).get("iss").stringValue()).isEqualTo("https://issuer.example");
		}
	}

	private int count(Device device) {
		int count = this.client.get("/v1/consent-bundles/" + device.bundleId())
			.json()
			.get("auditEntryCount")
			.intValue();
		assertThat(this.simulator.bundle(device.bundleId()).orElseThrow().auditEntryCount()).isEqualTo(count);
		return count;
	}

}
