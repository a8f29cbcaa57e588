package dev.grantex.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class FaultsTests extends SimulatorFixture {

	private static final Duration LONG = Duration.ofMinutes(1);

	@Test
	void unreachableServiceRefusesConnectionsAndComesBackOnTheSamePort() throws IOException {
		URI before = this.simulator.baseUrl();
		assertThat(this.client.get("/health").status()).isEqualTo(200);
		this.simulator.faults().unreachable();
		assertThatExceptionOfType(ConnectException.class)
			.isThrownBy(() -> this.client.send("GET", "/health", Map.of(), null));
		this.simulator.faults().unreachable();
		this.simulator.faults().reachable();
		this.simulator.faults().reachable();
		assertThat(this.client.get("/health").status()).isEqualTo(200);
		assertThat(this.simulator.baseUrl()).isEqualTo(before);
	}

	@Test
	void noConnectionIsLeftWithoutAnAnswerWhenTheServiceGoesAway() {
		HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		HttpRequest request = HttpRequest.newBuilder(this.simulator.baseUrl().resolve("/health")).build();
		for (int round = 0; round < 60; round++) {
			List<CompletableFuture<Void>> requests = Stream
				.generate(() -> http.sendAsync(request, BodyHandlers.discarding()))
				.limit(4)
				.map((answer) -> answer.handle((response, failure) -> (Void) null))
				.toList();
			this.simulator.faults().unreachable();
			this.simulator.faults().reachable();
			assertThat(requests).allSatisfy((answered) -> assertThat(answered).succeedsWithin(LONG));
		}
	}

	@Test
	void datesAnswersAsItIsTold() {
		this.simulator.faults().dates("Fri, 31 Dec 9999 23:59:59 GMT", "");
		assertThat(this.client.get("/health").header("date")).isEqualTo("Fri, 31 Dec 9999 23:59:59 GMT");
		assertThat(this.client.get("/health").header("date")).isNull();
		String own = this.client.get("/health").header("date");
		assertThat(own).isNotNull().doesNotContain("9999");
		this.simulator.faults().dates("never");
		this.simulator.faults().clear();
		assertThat(this.client.get("/health").header("date")).doesNotContain("never");
	}

	@Test
	void losesTheAnswerAfterTheCommit() {
		Device device = device();
		List<ObjectNode> entries = device.append(2);
		this.simulator.faults().loseAnswer(Route.SYNC, 1);
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> device.sync(entries));
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(2);
		assertThat(device.sync(entries).status()).isEqualTo(200);
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(2);
	}

	@Test
	void cutsTheAnswerAfterTheCommit() {
		Device device = device();
		this.simulator.faults().cutAnswer(Route.SYNC, 1);
		List<ObjectNode> entries = device.append(2);
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> device.sync(entries));
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(2);
		assertThat(device.sync(entries).status()).isEqualTo(200);
	}

	@Test
	void answerStallsUntilTheFaultsAreCleared() {
		Device device = device();
		List<ObjectNode> entries = device.append(2);
		Pause stall = this.simulator.faults().stallAnswer(Route.SYNC);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> device.sync(entries));
		assertThat(stall.awaitReached(LONG)).isTrue();
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(2);
		assertThat(answer).isNotDone();
		this.simulator.faults().clear();
		assertThat(answer).failsWithin(LONG).withThrowableThat().withCauseInstanceOf(UncheckedIOException.class);
	}

	@Test
	void lostRefreshLosesTheNewKey() {
		Device device = device();
		this.simulator.faults().loseAnswer(Route.REFRESH, 1);
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(device::refresh);
		List<ObjectNode> entries = device.append(1);
		assertThat(device.sync(entries).text()).contains("INVALID_SIGNATURE");
		assertThat(device.refresh().status()).isEqualTo(200);
		entries.forEach(device::sign);
		assertThat(device.sync(entries).status()).isEqualTo(200);
	}

	@Test
	void pausesBeforeTheCommit() throws Exception {
		Device device = device();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.SYNC);
		List<ObjectNode> entries = device.append(1);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> device.sync(entries));
		assertThat(pause.awaitReached(LONG)).isTrue();
		assertThat(this.simulator.auditEntries(device.bundleId())).isEmpty();
		pause.release();
		assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
	}

	@Test
	void pausesAfterTheCommit() throws Exception {
		Device device = device();
		Pause pause = this.simulator.faults().pauseAfterCommit(Route.SYNC);
		List<ObjectNode> entries = device.append(1);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> device.sync(entries));
		assertThat(pause.awaitReached(LONG)).isTrue();
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(1);
		assertThat(answer).isNotDone();
		pause.release();
		assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
	}

	@Test
	void pausesAfterTheAnswer() throws Exception {
		Device device = device();
		Pause pause = this.simulator.faults().pauseAfterAnswer(Route.SYNC);
		List<ObjectNode> entries = device.append(1);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> device.sync(entries));
		assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
		assertThat(pause.awaitReached(LONG)).isTrue();
		CompletableFuture<TestClient.Result> next = CompletableFuture.supplyAsync(() -> device.sync(device.append(1)));
		pause.release();
		assertThat(next.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
	}

	@Test
	void pausesAfterAnAnswerInPlaceOfTheServicesOwn() {
		this.simulator.faults().respond(Route.HEALTH, 503, "", 1);
		Pause pause = this.simulator.faults().pauseAfterAnswer(Route.HEALTH);
		assertThat(this.client.get("/health").status()).isEqualTo(503);
		assertThat(pause.awaitReached(LONG)).isTrue();
		pause.release();
	}

	@Test
	void clientThatGoesAwayDuringARequestHarmsNoOther() throws Exception {
		Device device = device();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.SYNC);
		try (Socket socket = new Socket("127.0.0.1", this.simulator.baseUrl().getPort())) {
			String body = EcmaJsonWriter.write(device.batch(device.append(1)));
			socket.getOutputStream()
				.write(("POST /v1/audit/offline-sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
						+ "authorization: Bearer " + this.simulator.customer().apiKey() + "\r\ncontent-length: "
						+ body.length() + "\r\n\r\n" + body)
					.getBytes(StandardCharsets.US_ASCII));
			assertThat(pause.awaitReached(LONG)).isTrue();
			socket.setSoLinger(true, 0);
		}
		pause.release();
		while (this.simulator.auditEntries(device.bundleId()).isEmpty()) {
			Thread.onSpinWait();
		}
		assertThat(device.sync(device.append(1)).status()).isEqualTo(200);
	}

	@Test
	void bundleLostDuringItsRefreshIsUnknown() throws Exception {
		Device device = device();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.REFRESH);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(device::refresh);
		assertThat(pause.awaitReached(LONG)).isTrue();
		this.simulator.deleteBundle(device.bundleId());
		pause.release();
		assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(404);
	}

	@Test
	void connectionsThatBreakDuringARequestLoseTheAnswerOnly() {
		Device device = device();
		Pause pause = this.simulator.faults().pauseAfterCommit(Route.SYNC);
		List<ObjectNode> entries = device.append(1);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> device.sync(entries));
		assertThat(pause.awaitReached(LONG)).isTrue();
		this.simulator.faults().unreachable();
		assertThat(answer).failsWithin(LONG).withThrowableThat().withCauseInstanceOf(UncheckedIOException.class);
		pause.release();
		this.simulator.faults().reachable();
		assertThat(device.sync(entries).status()).isEqualTo(200);
	}

	@Test
	void bundleRevokedDuringItsRefreshIsInactive() throws Exception {
		Device device = device();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.REFRESH);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(device::refresh);
		assertThat(pause.awaitReached(LONG)).isTrue();
		this.simulator.revokeBundle(device.bundleId(), false);
		pause.release();
		TestClient.Result result = answer.get(60, TimeUnit.SECONDS);
		assertThat(result.status()).isEqualTo(409);
		assertThat(result.code()).isEqualTo("BUNDLE_INACTIVE");
	}

	@Test
	void grantRevokedDuringARefreshMakesItsBundleInactive() throws Exception {
		Device device = device();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.REFRESH);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(device::refresh);
		assertThat(pause.awaitReached(LONG)).isTrue();
		this.simulator.revokeGrant(device.grantId());
		pause.release();
		assertThat(answer.get(60, TimeUnit.SECONDS).code()).isEqualTo("BUNDLE_INACTIVE");
		assertThat(device.refresh().code()).isEqualTo("GRANT_INACTIVE");
	}

	@Test
	void delaysUntilTheFaultsAreCleared() throws Exception {
		this.simulator.faults().delay(Duration.ofHours(1));
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> this.client.get("/health"));
		while (this.simulator.requests(Route.HEALTH).isEmpty()) {
			Thread.onSpinWait();
		}
		assertThat(answer).isNotDone();
		while (!answer.isDone()) {
			this.simulator.faults().clear();
			Thread.onSpinWait();
		}
		assertThat(answer.get().status()).isEqualTo(200);
	}

	@Test
	void clearLetsHeldRequestsGo() throws Exception {
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.HEALTH);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> this.client.get("/health"));
		assertThat(pause.awaitReached(LONG)).isTrue();
		this.simulator.faults().clear();
		assertThat(answer.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
	}

	@Test
	void closingTheServiceLetsHeldRequestsGo() {
		GrantexSimulator other = GrantexSimulator.start();
		TestClient otherClient = new TestClient(other);
		Pause pause = other.faults().pauseBeforeCommit(Route.HEALTH);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> otherClient.get("/health"));
		assertThat(pause.awaitReached(LONG)).isTrue();
		other.close();
		assertThat(answer.handle((result, ex) -> true).join()).isTrue();
	}

}
