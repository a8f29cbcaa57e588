package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.disk.DiskOperation;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for what {@link OfflineAuditLog} appends and whom it tells.
 */
class AppendingToTheLogTests extends AuditLogFixture {

	private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T12:00:00.123456Z"), ZoneOffset.UTC);

	@Test
	void appendsEntriesThatTheServiceAccepts() throws IOException {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).clock(CLOCK).open()) {
			SignedAuditEntry first = log.append("tool:x", this.grant, "success", Map.of("b", 1));
			SignedAuditEntry second = log.append("tool:y", this.grant, "denied", null);
			assertThat(first).returns(1L, SignedAuditEntry::seq)
				.returns("2026-11-21T12:00:00.123Z", SignedAuditEntry::timestamp)
				.returns("did:grantex:ag_01HXYZ123ABCDEF456GHJKMNPQ", SignedAuditEntry::agentDid)
				.returns(GRANT, SignedAuditEntry::grantId)
				.returns(List.of("read:contacts", "write:calendar"), SignedAuditEntry::scopes)
				.returns("0".repeat(16), SignedAuditEntry::prevHash);
			assertThat(second.prevHash()).isEqualTo(first.hash());
			assertThat(second.metadata()).isNull();
			assertThat(Files.readString(this.file)).isEqualTo(first.toJson() + "\n" + second.toJson() + "\n");
			assertThat(first.toJson()).startsWith("{\"seq\":1,\"timestamp\":\"2026-11-21T12:00:00.123Z\","
					+ "\"action\":\"tool:x\",\"agentDID\":\"did:grantex:ag_01HXYZ123ABCDEF456GHJKMNPQ\",\"grantId\":\"")
				.contains(
						"\"result\":\"success\",\"metadata\":{\"b\":1},\"prevHash\":\"0000000000000000\",\"hash\":\"");
			assertThat(log.headSequence()).isEqualTo(2);
			assertThat(log.nextSequence()).isEqualTo(3);
			assertThat(log.headHash()).isEqualTo(second.hash());
			assertThat(log.bundleId()).isEqualTo(this.bundle.bundleId());
		}
		assertVerifies(this.file, 2, this.publicKey);
	}

	@Test
	void anEmptyLogStandsAtGenesis() {
		try (OfflineAuditLog log = open()) {
			assertThat(log.headSequence()).isZero();
			assertThat(log.headHash()).isEqualTo(WireForm.GENESIS);
			assertThat(log.read(1)).isEmpty();
			assertThat(log.lines()).isEmpty();
			assertThat(log.failure()).isNull();
			assertThatNoException().isThrownBy(log::checkWritable);
		}
	}

	@Test
	void namesACallerThatIsNotTheBundlesOwn() {
		try (OfflineAuditLog log = open()) {
			SignedAuditEntry entry = log.append("a", AuditVectors.grant("did:other", "user_bob", "grnt_other"),
					"success", Map.of("caller", "mine", "method", "A.b"));
			assertThat(entry.agentDid()).isEqualTo("did:grantex:ag_01HXYZ123ABCDEF456GHJKMNPQ");
			assertThat(entry.metadata()).containsOnly(entry("caller", Map.of("agentDid", "did:other", "principalDid",
					"user_bob", "grantId", "grnt_other", "jti", "tok_caller")), entry("caller_2", "mine"),
					entry("method", "A.b"));
			assertThat(log.append("a", this.grant, "success", null).metadata()).isNull();
			assertThat(log.append("a", null, "denied", null).metadata()).isNull();
		}
	}

	@Test
	void anotherUserOfTheSameAgentAndGrantIsACaller() {
		try (OfflineAuditLog log = open()) {
			VerifiedGrant other = AuditVectors.grant(this.grant.agentDid(), "user_bob", GRANT);
			assertThat(log.append("a", other, "success", null).metadata()).containsOnlyKeys("caller");
		}
	}

	@Test
	void hostileFieldsAndMetadataNeverBreakTheChain() throws IOException {
		try (OfflineAuditLog log = open()) {
			log.append("a|\0\n😀".repeat(500), this.grant, "", Map.of("x\0", new Object(), "__proto__", 1));
			log.append("", this.grant, "r".repeat(500), Map.of("big", "x\n".repeat(100_000)));
		}
		assertVerifies(this.file, 2, this.publicKey);
		assertThat(HashChain.verify(Files.lines(this.file)).ambiguous()).isEmpty();
	}

	@Test
	void anInterruptedThreadStillWritesItsEntry() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		this.file = disk.root().resolve("audit.jsonl");
		AtomicInteger left = new AtomicInteger(3);
		try (OfflineAuditLog log = open()) {
			Thread.currentThread().interrupt();
			append(log, 1);
			assertThat(Thread.interrupted()).isTrue();
			disk.faults().before((operation) -> {
				if (operation instanceof DiskOperation.Force && left.getAndDecrement() > 0) {
					Thread.currentThread().interrupt();
				}
			});
			append(log, 1);
			assertThat(Thread.interrupted()).isTrue();
			append(log, 1);
			assertThat(Thread.interrupted()).isFalse();
			Thread.currentThread().interrupt();
			log.markSynchronized(2);
			assertThat(Thread.interrupted()).isTrue();
		}
		assertVerifies(this.file, 3, this.publicKey);
	}

	@Test
	void manyThreadsAppendADenseOrderedChain() throws Exception {
		ConcurrentLinkedQueue<Long> heard = new ConcurrentLinkedQueue<>();
		ExecutorService executor = Executors.newFixedThreadPool(16);
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.maxSize(200_000)
			.durability(Durability.OS)
			.listener((entry) -> heard.add(entry.seq()))
			.open()) {
			Callable<Integer> work = () -> append(log, 200);
			for (Future<Integer> done : executor.invokeAll(IntStream.range(0, 16).mapToObj((i) -> work).toList())) {
				done.get(1, TimeUnit.MINUTES);
			}
			assertThat(log.verify(ChainVerifier.fromStart(List.of(this.publicKey))))
				.isEqualTo(new ChainVerification(true, -1, null, 3200, List.of()));
			assertThat(heard).hasSize(3200).doesNotHaveDuplicates();
		}
		finally {
			executor.shutdownNow();
		}
	}

	@Test
	void aListenerThatFailsFailsNeitherTheAppendNorOtherListeners() {
		List<Long> heard = new ArrayList<>();
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).listener((entry) -> {
			throw new NoClassDefFoundError();
		}).listener((entry) -> heard.add(entry.seq())).open()) {
			assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(1);
		}
		assertThat(heard).containsExactly(1L);
	}

	@Test
	void aListenerMayAppendItself() {
		List<OfflineAuditLog> logs = new ArrayList<>();
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).listener((entry) -> {
			if (entry.seq() == 1) {
				append(logs.get(0), 1);
			}
		}).open()) {
			logs.add(log);
			append(log, 1);
			assertThat(log.headSequence()).isEqualTo(2);
		}
	}

}
