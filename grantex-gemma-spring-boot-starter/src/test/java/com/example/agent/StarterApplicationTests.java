package com.example.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.HashChain;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import dev.grantex.simulator.Agent;
import dev.grantex.simulator.GrantexSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.function.ThrowingConsumer;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application with only the starter, ten lines of YAML and one annotated bean, over
 * HTTP.
 */
class StarterApplicationTests {

	private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	@TempDir
	private Path directory;

	private GrantexSimulator simulator;

	private Agent agent;

	@BeforeEach
	void startSimulator() {
		this.simulator = GrantexSimulator.start();
		this.agent = this.simulator.customer().registerAgent("contacts-agent", "read:contacts", "write:contacts");
	}

	@AfterEach
	void stopSimulator() {
		this.simulator.close();
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "--spring.aop.auto=true", "--spring.aop.auto=false", "--spring.aop.proxy-target-class=false" })
	void annotatedMethodsAreGuardedWhateverIsConfiguredAboutAop(String aop) {
		whileRunning((agent) -> {
			assertThat(agent.get("/contacts/Ada").body()).isEqualTo("[\"Ada Example\"]");
			assertThat(agent.delete("/contacts/Ada").statusCode()).isEqualTo(403);
			assertThat(results()).containsExactly("success", "denied");
		}, aop);
	}

	@Test
	void aDeniedCallIsAnsweredWithAProblemDetail() {
		whileRunning((agent) -> {
			JsonNode problem = JsonNodes.of(agent.delete("/contacts/Ada").body());
			assertThat(problem.get("reason").stringValue()).isEqualTo("scope_violation");
			assertThat(problem.get("missing_scopes").get(0).stringValue()).isEqualTo("write:contacts");
		});
	}

	@Test
	void aCallThatFailsIsRecordedAsAnError() {
		whileRunning((agent) -> {
			assertThat(agent.post("/contacts/Ada/call").statusCode()).isEqualTo(500);
			assertThat(results()).containsExactly("error");
			assertThat(lines().get(0)).contains("IllegalStateException").doesNotContain("busy");
		});
	}

	@Test
	void theEntryNamesActionAndMetadataButNoArguments() {
		whileRunning((agent) -> {
			agent.get("/contacts/Ada");
			JsonNode entry = JsonNodes.of(lines().get(0));
			assertThat(entry.get("action").stringValue()).isEqualTo("tool:find_contacts");
			assertThat(entry.get("metadata").get("found").intValue()).isEqualTo(1);
			assertThat(entry.get("metadata").get("method").stringValue()).isEqualTo("Contacts.find");
			assertThat(lines().get(0)).doesNotContain("Ada");
		});
	}

	@Test
	void callsAreGuardedAndRecordedOfflineAfterARestart() {
		whileRunning((agent) -> agent.get("/contacts/Ada"));
		this.simulator.faults().unreachable();
		whileRunning((agent) -> {
			assertThat(agent.get("/contacts/Bob").statusCode()).isEqualTo(200);
			assertThat(agent.json("/actuator/health").at("/components/grantexGemma/status").stringValue())
				.isEqualTo("UP");
		});
		assertThat(verify().reason()).isNull();
		assertThat(verify().entries()).isEqualTo(2);
	}

	@Test
	void evidenceReachesTheServiceOnDemand() {
		whileRunning((agent) -> {
			agent.get("/contacts/Ada");
			agent.delete("/contacts/Ada");
			agent.synchronize();
			assertThat(this.simulator.auditEntries(bundle().bundleId())).hasSize(2);
			assertThat(agent.json("/actuator/grantex").at("/audit/unsynchronized").intValue()).isZero();
		}, "--grantex.gemma.sync.enabled=false");
	}

	@Test
	void whatIsLeftIsDeliveredWhenTheApplicationStops() {
		whileRunning((agent) -> agent.get("/contacts/Ada"), "--grantex.gemma.sync.on-startup=false");
		assertThat(this.simulator.auditEntries(bundle().bundleId())).hasSize(1);
	}

	@Test
	void aRevocationHaltsTheAgentAtOnceAndAfterARestart() {
		whileRunning((agent) -> {
			this.simulator.revokeBundle(bundle().bundleId(), true);
			assertThat(agent.synchronize().get("revoked").booleanValue()).isTrue();
			assertThat(agent.get("/contacts/Ada").statusCode()).isEqualTo(403);
		});
		this.simulator.faults().unreachable();
		whileRunning((agent) -> {
			assertThat(agent.get("/contacts/Ada").statusCode()).isEqualTo(403);
			assertThat(agent.json("/actuator/health").at("/components/grantexGemma/details/reason").stringValue())
				.isEqualTo("revoked");
		});
	}

	@Test
	void theEndpointVerifiesTheChainAsItGrows() {
		whileRunning((agent) -> {
			agent.get("/contacts/Ada");
			assertThat(agent.json("/actuator/grantex/audit").get("entries").intValue()).isEqualTo(1);
			agent.get("/contacts/Bob");
			JsonNode verdict = agent.json("/actuator/grantex/audit");
			assertThat(verdict.get("valid").booleanValue()).isTrue();
			assertThat(verdict.get("brokenAt").intValue()).isEqualTo(-1);
			assertThat(verdict.get("entries").intValue()).isEqualTo(2);
			assertThat(verdict.get("head").stringValue())
				.isEqualTo(JsonNodes.of(lines().get(1)).get("hash").stringValue());
		});
	}

	@Test
	void theEndpointKnowsNoOtherSection() {
		whileRunning((agent) -> assertThat(agent.get("/actuator/grantex/keys").statusCode()).isEqualTo(404));
	}

	@Test
	void nothingTheActuatorShowsIsASecret() {
		whileRunning((agent) -> {
			String shown = agent.get("/actuator/grantex").body() + agent.get("/actuator/health").body();
			ConsentBundle bundle = bundle();
			assertThat(shown).contains(bundle.bundleId())
				.doesNotContain(bundle.grantToken(), KEY, this.simulator.customer().apiKey(), "PRIVATE KEY");
		});
	}

	@Test
	void metersShowTheConsentAndItsEvidence() {
		whileRunning((agent) -> {
			agent.get("/contacts/Ada");
			assertThat(meter(agent, "grantex.gemma.audit.unsynced")).isEqualTo(1);
			assertThat(meter(agent, "grantex.gemma.audit.appended")).isEqualTo(1);
			assertThat(meter(agent, "grantex.gemma.bundle.expires")).isBetween(1.0, 72 * 3600.0);
			assertThat(meter(agent, "grantex.gemma.guard")).isEqualTo(1);
			agent.synchronize();
			assertThat(meter(agent, "grantex.gemma.sync")).isGreaterThanOrEqualTo(1);
			assertThat(meter(agent, "grantex.gemma.audit.unsynced")).isZero();
		}, "--grantex.gemma.sync.enabled=false");
	}

	@Test
	void switchedOffItDeniesAndTouchesNeitherFilesNorNetwork() {
		this.simulator.clearRequests();
		whileRunning((agent) -> assertThat(agent.get("/contacts/Ada").statusCode()).isEqualTo(403),
				"--grantex.gemma.enabled=false");
		assertThat(this.directory).isEmptyDirectory();
		assertThat(this.simulator.requests()).isEmpty();
	}

	private void whileRunning(ThrowingConsumer<RunningAgent> test, String... arguments) {
		try (RunningAgent running = RunningAgent.start(this.simulator, this.agent, this.directory, arguments)) {
			test.accept(running);
		}
	}

	private double meter(RunningAgent agent, String name) {
		return agent.json("/actuator/metrics/" + name).at("/measurements/0/value").doubleValue();
	}

	private ConsentBundle bundle() {
		return EncryptedFileBundleRepository.withKey(this.directory.resolve("bundle.enc"), KEY).load().orElseThrow();
	}

	private List<String> lines() {
		try {
			return Files.readAllLines(this.directory.resolve("audit.jsonl"));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private List<String> results() {
		return lines().stream().map((line) -> JsonNodes.of(line).get("result").stringValue()).toList();
	}

	private ChainVerification verify() {
		return HashChain.verify(lines().stream(), bundle().offlineAuditKey().publicKey());
	}

}
