package dev.grantex.simulator;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Makes every recorded request again, in a state like the recorded one, and compares the
 * answers. All recordings are replayed; none is left out.
 */
class RecordedTrafficTests {

	private static GrantexSimulator simulator;

	private static SimulatorState initial;

	private static TestClient client;

	private ReplayWorld world;

	@BeforeAll
	static void start() {
		simulator = GrantexSimulator.start();
		initial = simulator.save();
		client = new TestClient(simulator);
	}

	@AfterAll
	static void stop() {
		simulator.close();
	}

	@BeforeEach
	void reset() {
		simulator.restore(initial);
		simulator.rateLimits(false);
		simulator.clock().reset();
		this.world = new ReplayWorld(simulator, client);
	}

	static List<String> names() {
		return Recording.names();
	}

	@Test
	void allRecordingsAreHere() {
		assertThat(names()).hasSize(144);
	}

	@ParameterizedTest
	@MethodSource("names")
	void answersAsRecorded(String name) {
		Recording recording = Recording.load(name);
		prepare(recording);
		TestClient.Result result = ask(recording);
		assertThat(result.status()).as(name + result.text()).isEqualTo(recording.status());
		assertThat(headers(result)).as(name).isEqualTo(AnswerComparison.comparable(recording.responseHeaders()));
		if (recording.responseBody() instanceof ObjectNode expected) {
			assertThat(AnswerComparison.differences(expected, result.json())).as(name).isEmpty();
			assertThat(result.json().propertyNames()).as(name).containsExactlyElementsOf(expected.propertyNames());
		}
		else {
			assertThat(result.text()).isEqualTo(recording.responseText());
		}
	}

	private static Map<String, String> headers(TestClient.Result result) {
		Map<String, String> headers = new TreeMap<>();
		result.response().headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
		return AnswerComparison.comparable(headers);
	}

	private void prepare(Recording recording) {
		String name = recording.name();
		if (name.startsWith("sync-")) {
			prepareSync(recording);
		}
		else if (name.startsWith("list-")) {
			prepareList(recording);
		}
		else if (name.equals("create-429-route")) {
			repeat(10, () -> this.world.client().post("/v1/consent-bundles", "{}"));
		}
		else if (name.matches("get-200(-revoked)?")) {
			this.world.issueLike(recording.responseBody());
		}
		else if (!name.matches("(agent|create|health|jwks)-.*|.*-404")) {
			prepareBundle(recording);
		}
	}

	private void prepareBundle(Recording recording) {
		String name = recording.name();
		if (name.equals("get-200-after-sync") || name.equals("audit-200")) {
			this.world.issue(Recording.load("get-200-after-sync"), "72h");
			acceptFive();
			return;
		}
		Device device = this.world.issue(recording, name.contains("expired") ? "1s" : "72h");
		if (name.equals("get-200-expired")) {
			assertThat(device.sync(device.append(2)).status()).isEqualTo(200);
		}
		if (name.matches(".*(revoked-keep-grant|second-revoke|revoke-200-again.*|refresh-409-revoked|grant-active)")) {
			device.revoke(false);
		}
		if (name.endsWith("after-second-revoke")) {
			device.revoke(true);
		}
		if (name.endsWith("revoked-with-grant")) {
			device.revoke(true);
		}
		if (name.matches(".*(grant-only-revoked|grant-inactive|verify-grant-revoked)")) {
			this.world.simulator().revokeGrant(device.grantId());
		}
		if (name.contains("expired")) {
			this.world.letExpire();
		}
		if (name.equals("grant-delete")) {
			this.world.replace("grnt_01M7ZHE1GPPJQJRRH2C5FHZFPR", device.grantId());
		}
		if (name.startsWith("tokens-verify")) {
			this.world.replace(recording.requestBody().get("token").stringValue(),
					device.bundle().get("grantToken").stringValue());
		}
	}

	private void prepareList(Recording recording) {
		List<JsonNode> bundles = Recording.load("list-200").responseBody().get("bundles").valueStream().toList();
		for (int i = bundles.size() - 1; i >= 0; i--) {
			this.world.issueLike(bundles.get(i));
		}
		if (recording.name().equals("list-200-cursor")) {
			TestClient.Result first = this.world.client().get("/v1/consent-bundles?limit=2");
			this.world.replace("2026-11-21T17%3A10%3A01.508Z", first.json().get("nextCursor").stringValue());
		}
		if (recording.name().equals("list-429-plan")) {
			exhaustPlan();
		}
	}

	private void prepareSync(Recording recording) {
		String name = recording.name();
		if (name.contains("unknown-bundle")) {
			this.world.issue(Recording.load("sync-200"), "72h");
			return;
		}
		Device device = this.world.issue(
				recording.request().get("body").isObject() ? recording : Recording.load("sync-200"),
				name.contains("expired") ? "1s" : "72h");
		switch (name) {
			case "sync-200-resend", "sync-200-overlap" -> this.world.accept("sync-200");
			case "sync-400-after-refresh-old-key", "sync-200-after-refresh-resigned" -> {
				this.world.accept("sync-200-before-refresh");
				this.world.signBeforeRefresh(recording);
				this.world.refresh();
			}
			case "sync-400-after-refresh-resend-old" -> {
				this.world.accept("sync-200-before-refresh");
				this.world.refresh();
			}
			case "sync-200-bundle-revoked-grant-active" -> device.revoke(false);
			case "sync-200-grant-revoked" -> device.revoke(true);
			case "sync-200-bundle-expired" -> this.world.letExpire();
			case "sync-429-plan" -> exhaustPlan();
			case "sync-429-route", "sync-429-route-other-key" ->
				repeat(20, () -> this.world.client().post("/v1/audit/offline-sync", "{}"));
			default -> {
				if (isLaterInTheFirstChain(recording)) {
					acceptFive();
				}
			}
		}
	}

	/**
	 * Whether the bundle had five entries when the request was recorded.
	 */
	private static boolean isLaterInTheFirstChain(Recording recording) {
		String bundle = Recording.load("sync-200").requestBody().get("bundleId").stringValue();
		boolean first = recording.name().equals("sync-200");
		return !first && recording.request().path("body").path("bundleId").asString("").equals(bundle);
	}

	private void acceptFive() {
		this.world.adopt(Recording.load("sync-200"));
		this.world.accept("sync-200");
		this.world.accept("sync-200-overlap");
	}

	private void exhaustPlan() {
		simulator.clock().set(Instant.parse("2026-11-21T17:12:01.400Z"));
		repeat(100, () -> this.world.client().get("/v1/none"));
	}

	/**
	 * With the clock stopped, because an answer says how many seconds of the minute are
	 * left.
	 */
	private void repeat(int times, Runnable request) {
		simulator.clock().set(simulator.clock().instant());
		this.world.simulator().rateLimits(true);
		for (int i = 0; i < times; i++) {
			request.run();
		}
	}

	private TestClient.Result ask(Recording recording) {
		Device device = this.world.device();
		return switch (recording.name()) {
			case "sync-200-1000-entries" -> device.sync(device.append(1000));
			case "sync-413-too-many" -> device.sync(Collections.nCopies(1001, device.append("tool:read_contacts")));
			case "sync-413-body-too-large" ->
				this.world.client().post("/v1/audit/offline-sync", "{\"filler\":\"" + "a".repeat(1_049_167) + "\"}");
			default -> this.world.replay(recording);
		};
	}

}
