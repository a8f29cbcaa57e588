package dev.grantex.sample.demo;

import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * The connection is back: the evidence arrives, and so does a revocation.
 */
final class OnlinePhase {

	private final DemoRun run;

	OnlinePhase(DemoRun run) {
		this.run = run;
	}

	void play() {
		this.run.screen().phase(3, "ONLINE", "evidence is delivered, a revocation arrives");
		this.run.cloud().restoreConnection();
		deliver();
		revoke();
	}

	private void deliver() {
		Screen screen = this.run.screen();
		List<String> local = this.run.agent()
			.audit()
			.body()
			.valueStream()
			.map((entry) -> entry.path("hash").asString())
			.toList();
		Reply cycle = this.run.agent().synchronize();
		screen.check(cycle.isOk() && cycle.body().path("problems").isEmpty(), "connection back",
				"one synchronization cycle");
		screen.check(cycle.number("/accepted") == local.size() && cycle.number("/unsynchronized") == 0,
				"evidence delivered", cycle.text("/accepted") + " entries, none left");
		screen.check(this.run.cloud().acceptedHashes(this.run.bundleId()).equals(local), "accepted by the cloud",
				"it holds the same " + local.size() + " hashes");
	}

	private void revoke() {
		Screen screen = this.run.screen();
		this.run.cloud().revoke(this.run.bundleId());
		screen.note("The user revokes the grant; the device learns it when it asks next.");
		Reply cycle = this.run.agent().synchronize();
		screen.check(cycle.isTrue("/revoked"), "revocation arrived", "the device halts");
		Reply refused = this.run.agent().call("read_sensor", Map.of("room", "kitchen"));
		screen.check(refused.status() == 403 && refused.text("/reason").equals("revoked"), "read_sensor kitchen",
				"refused: " + refused.text("/detail"));
		JsonNode permitted = this.run.agent().status().body().path("permitted");
		String health = this.run.health();
		screen.check(permitted.isBoolean() && !permitted.asBoolean() && health.equals("DOWN (revoked)"), "health",
				health);
	}

}
