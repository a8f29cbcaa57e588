package dev.grantex.sample;

import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.test.web.servlet.client.RestTestClient.ResponseSpec;

import dev.grantex.sample.home.Home;
import dev.grantex.simulator.GrantexSimulator;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application as it starts without any configuration, used over HTTP.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT, useMainMethod = UseMainMethod.ALWAYS)
class SampleApplicationTests {

	@Autowired
	private Home home;

	@Autowired
	private GrantexSimulator service;

	private RestTestClient http;

	@BeforeEach
	void connect(@LocalServerPort int port) {
		this.http = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + port).build();
	}

	@Test
	void declaresItsToolsAsFunctions() {
		this.http.get()
			.uri("/agent/tools")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.length()")
			.isEqualTo(5)
			.jsonPath("$[2].name")
			.isEqualTo("set_blinds")
			.jsonPath("$[2].parameters.properties.position.type")
			.isEqualTo("integer")
			.jsonPath("$[2].parameters.required.length()")
			.isEqualTo(2);
	}

	@Test
	void readsASensor() {
		call("read_sensor", Map.of("room", "living room")).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.name")
			.isEqualTo("read_sensor")
			.jsonPath("$.result.room")
			.isEqualTo("living room")
			.jsonPath("$.result.humidity")
			.isEqualTo(44);
	}

	@Test
	void readsAllSensors() {
		call("read_all_sensors", Map.of()).expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.result.length()")
			.isEqualTo(3);
	}

	@Test
	void movesBlindsWhichCoolsTheRoom() {
		double before = this.home.room("kitchen").temperature();
		call("set_blinds", Map.of("room", "kitchen", "position", 100)).expectStatus().isOk();
		assertThat(this.home.room("kitchen").temperature()).isLessThan(before);
	}

	@Test
	void recordsAnAlertBeforeAndAfterWithoutItsText() {
		call("send_alert", Map.of("message", "smoke in the kitchen")).expectStatus().isOk();
		assertThat(this.home.phone().alerts()).contains("smoke in the kitchen");
		assertThat(audit()).contains("\"result\":\"started\"").contains("\"characters\":20").doesNotContain("smoke");
	}

	@Test
	void deniesAToolWhoseScopeIsNotGranted() {
		call("unlock_front_door", Map.of()).expectStatus()
			.isForbidden()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.reason")
			.isEqualTo("scope_violation")
			.jsonPath("$.missing_scopes[0]")
			.isEqualTo("unlock:doors");
		assertThat(this.home.frontDoor().isLocked()).isTrue();
		assertThat(audit()).contains("\"action\":\"tool:unlock_front_door\"", "\"result\":\"denied\"");
	}

	@Test
	void recordsAToolThatFailed() {
		call("set_blinds", Map.of("room", "bedroom", "position", 90)).expectStatus()
			.is5xxServerError()
			.expectBody()
			.jsonPath("$.title")
			.isEqualTo("Tool failed");
		assertThat(audit()).contains("\"result\":\"error\"", "BlindsJammedException");
	}

	@Test
	void refusesCallsThatDoNotFitTheDeclaration() {
		call("set_blinds", Map.of("room", "kitchen", "position", "half")).expectStatus().isBadRequest();
		call("set_blinds", Map.of("room", "kitchen", "position", 101)).expectStatus().isBadRequest();
		call("read_sensor", Map.of()).expectStatus().isBadRequest();
		call("read_sensor", Map.of("room", "attic")).expectStatus().isBadRequest();
		call("open_garage", Map.of()).expectStatus().isNotFound();
		post("/agent/calls", "{}").expectStatus().isBadRequest();
		post("/agent/calls", "not json").expectStatus().isBadRequest();
		post("/agent/calls", "null").expectStatus().isBadRequest();
	}

	@Test
	void isHealthyAndShowsWhy() {
		this.http.get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.components.grantexGemma.status")
			.isEqualTo("UP");
	}

	@Test
	void deliversEvidenceOnDemandAndVerifiesIt() {
		call("read_sensor", Map.of("room", "kitchen")).expectStatus().isOk();
		post("/actuator/grantex", "{}").expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.problems.length()")
			.isEqualTo(0)
			.jsonPath("$.unsynchronized")
			.isEqualTo(0);
		this.http.get().uri("/actuator/grantex/audit").exchange().expectBody().jsonPath("$.valid").isEqualTo(true);
		assertThat(this.service.bundles()).hasSize(1)
			.allSatisfy((bundle) -> assertThat(bundle.auditEntryCount()).isPositive());
	}

	@Test
	void countsWhatItDoes() {
		call("read_sensor", Map.of("room", "kitchen")).expectStatus().isOk();
		for (String meter : new String[] { "grantex.gemma.guard", "grantex.gemma.audit.appended",
				"grantex.gemma.audit.unsynced", "grantex.gemma.bundle.expires" }) {
			this.http.get().uri("/actuator/metrics/" + meter).exchange().expectStatus().isOk();
		}
	}

	private ResponseSpec call(String tool, Map<String, Object> arguments) {
		return this.http.post()
			.uri("/agent/calls")
			.contentType(MediaType.APPLICATION_JSON)
			.body(Map.of("name", tool, "arguments", arguments))
			.exchange();
	}

	private ResponseSpec post(String path, String json) {
		return this.http.post().uri(path).contentType(MediaType.APPLICATION_JSON).body(json).exchange();
	}

	private String audit() {
		return this.http.get()
			.uri("/agent/audit")
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody();
	}

}
