package dev.grantex.sample;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
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

	@Value("${grantex.gemma.audit.path}")
	private Path auditFile;

	@LocalServerPort
	private int port;

	private RestTestClient http;

	@BeforeEach
	void connect() {
		this.http = RestTestClient.bindToServer().baseUrl("http://127.0.0.1:" + this.port).build();
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

	@ParameterizedTest
	@ValueSource(strings = { """
			{"name": "read_sensor", "arguments": "{\\"room\\": \\"kitchen\\"}"}""", """
			{"name": "read_sensor", "arguments": ["kitchen"]}""", """
			[{"name": "read_all_sensors"}]""", "not json", "" })
	void saysWhatACallLooksLike(String body) {
		post("/agent/calls", body).expectStatus()
			.isBadRequest()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("A call is a JSON object with 'name', a string, and 'arguments', an object");
	}

	@Test
	void doesNotRunAToolWhoseAnswerTheCallerCannotTake() throws IOException {
		List<String> before = Files.readAllLines(this.auditFile);
		this.http.post()
			.uri("/agent/calls")
			.contentType(MediaType.APPLICATION_JSON)
			.accept(MediaType.TEXT_PLAIN)
			.body(Map.of("name", "read_all_sensors"))
			.exchange()
			.expectStatus()
			.isEqualTo(406);
		assertThat(Files.readAllLines(this.auditFile)).isEqualTo(before);
	}

	@Test
	void showsTheLatestHundredEntriesAsTheyStandInTheLog() throws IOException {
		for (int i = 0; i < 101; i++) {
			call("read_all_sensors", Map.of()).expectStatus().isOk();
		}
		List<String> lines = Files.readAllLines(this.auditFile);
		assertThat(audit()).isEqualTo(array(lines.subList(lines.size() - 100, lines.size())));
	}

	@Test
	void showsAHundredEntriesFromTheOneAskedFor() throws IOException {
		for (int i = 0; i < 101; i++) {
			call("read_all_sensors", Map.of()).expectStatus().isOk();
		}
		List<String> lines = Files.readAllLines(this.auditFile);
		assertThat(audit("?from=2")).isEqualTo(array(lines.subList(1, 101)));
		assertThat(audit("?from=0")).isEqualTo(array(lines.subList(0, 100)));
		assertThat(audit("?from=" + Long.MAX_VALUE)).isEqualTo("[]");
	}

	@Test
	void refusesBodiesAbove64KiB() throws Exception {
		byte[] body = ("{\"name\": \"" + "x".repeat(65536) + "\"}").getBytes(StandardCharsets.US_ASCII);
		URI uri = URI.create("http://127.0.0.1:" + this.port + "/agent/calls");
		for (HttpRequest.BodyPublisher publisher : List.of(BodyPublishers.ofByteArray(body),
				BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))) {
			HttpRequest request = HttpRequest.newBuilder(uri)
				.header("content-type", "application/json")
				.POST(publisher)
				.build();
			HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
			assertThat(response.statusCode()).isEqualTo(413);
			assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "LOCALHOST:8080", "127.0.0.1", "[::1]:8080" })
	void answersUnderTheNamesOfThisMachine(String host) throws IOException {
		assertThat(statusLine(host)).startsWith("HTTP/1.1 200");
	}

	@ParameterizedTest
	@ValueSource(strings = { "attacker.example", "localhost.attacker.example:8080", "127.0.0.2", "" })
	void refusesRequestsToOtherHosts(String host) throws IOException {
		assertThat(statusLine(host)).startsWith("HTTP/1.1 421");
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

	private String statusLine(String host) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", this.port);
				BufferedReader answer = new BufferedReader(
						new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
			String request = "GET /agent/tools HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
			socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
			return answer.readLine();
		}
	}

	private static String array(List<String> lines) {
		return "[" + String.join(",\n", lines) + "]";
	}

	private String audit() {
		return audit("");
	}

	private String audit(String query) {
		return this.http.get()
			.uri("/agent/audit" + query)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody();
	}

}
