package dev.grantex.simulator;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ScriptedAnswersTests extends SimulatorFixture {

	@Test
	void respondsInPlaceOfTheServiceWithoutAnyEffect() {
		Device device = device();
		List<ObjectNode> entries = device.append(1);
		this.simulator.faults().respond(Route.SYNC, 503, "{\"message\":\"busy\"}", Map.of("retry-after", "7"), 2);
		for (int i = 0; i < 2; i++) {
			TestClient.Result result = device.sync(device.append(1));
			assertThat(result.status()).isEqualTo(503);
			assertThat(result.header("retry-after")).isEqualTo("7");
			assertThat(result.text()).isEqualTo("{\"message\":\"busy\"}");
		}
		assertThat(entries).hasSize(1);
		assertThat(this.simulator.auditEntries(device.bundleId())).isEmpty();
		assertThat(this.client.get("/health").status()).isEqualTo(200);
	}

	@Test
	void respondsOnEveryRouteWhenAskedTo() {
		this.simulator.faults().respond(Route.ANY, 502, "", 2);
		assertThat(this.client.get("/health").status()).isEqualTo(502);
		assertThat(this.client.get("/nowhere").status()).isEqualTo(502);
		assertThat(this.client.get("/health").status()).isEqualTo(200);
	}

	@Test
	void respondsToCertainBodiesOnly() {
		Device device = device();
		this.simulator.faults()
			.respondWhen(Route.SYNC, (body) -> hasEntry(body, 3), 500, "{\"code\":\"INTERNAL_ERROR\"}", Faults.ALWAYS);
		List<ObjectNode> entries = device.append(4);
		assertThat(device.sync(entries).status()).isEqualTo(500);
		assertThat(device.sync(entries.subList(0, 2)).status()).isEqualTo(200);
		assertThat(device.sync(entries.subList(2, 4)).code()).isEqualTo("INTERNAL_ERROR");
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(2);
		this.simulator.faults().clear();
		assertThat(device.sync(entries).status()).isEqualTo(200);
	}

	@Test
	void respondsToCertainBodiesAsOftenAsAskedTo() {
		Device device = device();
		List<ObjectNode> entries = device.append(2);
		this.simulator.faults().respondWhen(Route.SYNC, (body) -> body.path("entries").size() > 1, 413, "", 2);
		assertThat(device.sync(entries).status()).isEqualTo(413);
		assertThat(device.sync(entries.subList(0, 1)).status()).isEqualTo(200);
		assertThat(device.sync(entries).status()).isEqualTo(413);
		assertThat(device.sync(entries).status()).isEqualTo(200);
	}

	@Test
	void conditionSeesAMissingBodyButNoneThatIsNotJson() {
		this.simulator.faults().respondWhen(Route.ANY, JsonNode::isMissingNode, 418, "", Faults.ALWAYS);
		assertThat(this.client.get("/health").status()).isEqualTo(418);
		assertThat(this.client.post("/v1/audit/offline-sync", "{").status()).isEqualTo(400);
		assertThat(this.client.post("/v1/audit/offline-sync", "{}").status()).isEqualTo(400);
	}

	@Test
	void answersAreGivenInTheOrderTheyWereSetUp() {
		Device device = device();
		this.simulator.faults().respondWhen(Route.SYNC, (body) -> hasEntry(body, 1), 500, "", 1);
		this.simulator.faults().respond(Route.SYNC, 503, "", 1);
		List<ObjectNode> entries = device.append(1);
		assertThat(device.sync(entries).status()).isEqualTo(500);
		assertThat(device.sync(entries).status()).isEqualTo(503);
		assertThat(device.sync(entries).status()).isEqualTo(200);
	}

	@Test
	void answersNeedATimeAtLeast() {
		Faults faults = this.simulator.faults();
		assertThatIllegalArgumentException().isThrownBy(() -> faults.respond(Route.SYNC, 500, "", 0));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> faults.respondWhen(Route.SYNC, (body) -> true, 500, "", -1));
		assertThatIllegalArgumentException().isThrownBy(() -> faults.loseAnswer(Route.SYNC, 0));
	}

	@Test
	void redirects() {
		URI elsewhere = URI.create("http://127.0.0.1:9/v1/elsewhere");
		this.simulator.faults().redirect(Route.STATUS, elsewhere, 1);
		TestClient.Result result = this.client.get("/v1/consent-bundles/bundle_1/revocation-status");
		assertThat(result.status()).isEqualTo(307);
		assertThat(result.header("location")).isEqualTo(elsewhere.toString());
	}

	private static boolean hasEntry(JsonNode body, long seq) {
		return body.path("entries").valueStream().anyMatch((entry) -> entry.path("seq").asLong() == seq);
	}

}
