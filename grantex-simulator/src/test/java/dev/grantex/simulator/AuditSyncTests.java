package dev.grantex.simulator;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;

class AuditSyncTests extends SimulatorFixture {

	@Test
	void batchIsStoredAsAWholeOrNotAtAll() {
		Device device = device();
		List<ObjectNode> entries = device.append(3);
		entries.get(2).put("result", "changed");
		assertThat(device.sync(entries).status()).isEqualTo(400);
		assertThat(this.simulator.auditEntries(device.bundleId())).isEmpty();
	}

	@Test
	void batchWithAValueTheDatabaseRefusesIsNotStoredAtAll() {
		Device device = device();
		List<ObjectNode> entries = new ArrayList<>(device.append(1));
		entries.add(device.append("nul \0"));
		assertThat(device.sync(entries).code()).isEqualTo("INTERNAL_ERROR");
		assertThat(this.simulator.auditEntries(device.bundleId())).isEmpty();
		assertThat(this.simulator.bundle(device.bundleId()).orElseThrow().auditEntryCount()).isZero();
	}

	@Test
	void acceptedEntriesAreKeptAsTheyWereSent() {
		Device device = device();
		List<ObjectNode> entries = device.append(2);
		device.sync(entries);
		assertThat(this.simulator.auditEntries(device.bundleId())).isEqualTo(entries);
	}

	@Test
	void signatureWithANonCanonicalScalarIsRefused() {
		Device device = device();
		ObjectNode entry = device.append("tool:read");
		byte[] signature = HexFormat.of().parseHex(entry.get("signature").stringValue());
		BigInteger order = BigInteger.ONE.shiftLeft(252).add(new BigInteger("27742317777372353535851937790883648493"));
		byte[] scalar = new byte[32];
		for (int i = 0; i < 32; i++) {
			scalar[i] = signature[63 - i];
		}
		byte[] shifted = new BigInteger(1, scalar).add(order).toByteArray();
		for (int i = 0; i < 32; i++) {
			int from = shifted.length - 1 - i;
			signature[32 + i] = (from >= 0) ? shifted[from] : 0;
		}
		assertThat(device.sync(List.of(entry)).status()).isEqualTo(200);
		entry.put("signature", HexFormat.of().formatHex(signature));
		assertThat(device.sync(List.of(entry)).text()).contains("INVALID_SIGNATURE");
	}

	@Test
	void storedEntriesAreVerifiedWithTheKeyOfNow() {
		Device device = device();
		List<ObjectNode> entries = device.append(2);
		assertThat(device.sync(entries).status()).isEqualTo(200);
		device.refresh();
		assertThat(device.sync(entries).text()).contains("INVALID_SIGNATURE");
		entries.forEach(device::sign);
		assertThat(device.sync(entries).status()).isEqualTo(200);
		assertThat(device.sync(device.append(1)).status()).isEqualTo(200);
	}

	@Test
	void refreshDuringASyncMakesItsSignaturesInvalid() throws Exception {
		Device device = device();
		List<ObjectNode> entries = device.append(1);
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.SYNC);
		CompletableFuture<TestClient.Result> answer = CompletableFuture.supplyAsync(() -> device.sync(entries));
		assertThat(pause.awaitReached(Duration.ofMinutes(1))).isTrue();
		assertThat(device.refresh().status()).isEqualTo(200);
		pause.release();
		assertThat(answer.get(60, TimeUnit.SECONDS).text()).contains("INVALID_SIGNATURE");
	}

	@Test
	void sameBatchTwiceAtOnceIsStoredOnce() throws Exception {
		Device device = device();
		List<ObjectNode> entries = device.append(5);
		Pause first = this.simulator.faults().pauseBeforeCommit(Route.SYNC);
		Pause second = this.simulator.faults().pauseBeforeCommit(Route.SYNC);
		CompletableFuture<TestClient.Result> one = CompletableFuture.supplyAsync(() -> device.sync(entries));
		CompletableFuture<TestClient.Result> two = CompletableFuture.supplyAsync(() -> device.sync(entries));
		assertThat(first.awaitReached(Duration.ofMinutes(1))).isTrue();
		assertThat(second.awaitReached(Duration.ofMinutes(1))).isTrue();
		first.release();
		second.release();
		assertThat(one.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
		assertThat(two.get(60, TimeUnit.SECONDS).status()).isEqualTo(200);
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(5);
	}

	@Test
	void ofTwoForksAtOnceOneIsStored() throws Exception {
		Device device = device();
		ObjectNode left = device.draft("tool:left");
		ObjectNode right = device.draft("tool:right");
		device.seal(left);
		device.seal(right);
		List<Pause> pauses = List.of(this.simulator.faults().pauseBeforeCommit(Route.SYNC),
				this.simulator.faults().pauseBeforeCommit(Route.SYNC));
		CompletableFuture<TestClient.Result> one = CompletableFuture.supplyAsync(() -> device.sync(List.of(left)));
		CompletableFuture<TestClient.Result> two = CompletableFuture.supplyAsync(() -> device.sync(List.of(right)));
		for (Pause pause : pauses) {
			assertThat(pause.awaitReached(Duration.ofMinutes(1))).isTrue();
		}
		pauses.forEach(Pause::release);
		List<Integer> statuses = new ArrayList<>(
				List.of(one.get(60, TimeUnit.SECONDS).status(), two.get(60, TimeUnit.SECONDS).status()));
		Collections.sort(statuses);
		assertThat(statuses).containsExactly(200, 409);
		assertThat(this.simulator.auditEntries(device.bundleId())).hasSize(1);
	}

	@Test
	void exportHoldsTheFirstThousandEntries() {
		Device device = device();
		device.sync(device.append(1));
		SimulatorState state = this.simulator.save();
		List<AuditEntry> stored = state.tables().entriesOf(device.bundleId());
		stored.addAll(Collections.nCopies(1000, stored.get(0)));
		this.simulator.restore(state);
		JsonNode entries = this.client.get("/v1/consent-bundles/" + device.bundleId() + "/audit").json().get("entries");
		assertThat(entries).hasSize(1000);
		assertThat(this.simulator.bundle(device.bundleId()).orElseThrow().auditEntryCount()).isEqualTo(1001);
	}

	@ParameterizedTest
	@ValueSource(strings = { "5", "\"text\"", "[]", "{}", "true" })
	void entryThatIsNoEntryIsRefusedByItsSequence(String entry) {
		TestClient.Result result = this.client.post("/v1/audit/offline-sync",
				"{\"bundleId\":\"" + device().bundleId() + "\",\"entries\":[" + entry + "]}");
		assertThat(result.status()).isEqualTo(400);
		assertThat(result.json().get("errors").get(0).toString())
			.isEqualTo("{\"seq\":null,\"code\":\"INVALID_ENTRY\",\"message\":\"seq must be a positive integer\"}");
	}

}
