package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.consent.TestClock;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.entry;

/**
 * What denials leave in the log.
 */
@ExtendWith(OutputCaptureExtension.class)
class RecordingDenialsTests extends AuditLogFixture {

	private static final Map<String, String> FACTS = Map.of("reason", "scope_violation");

	private final TestClock clock = new TestClock();

	private RecordingFileSystem disk;

	private OfflineAuditLog log;

	private Consumer<SignedAuditEntry> listener = (entry) -> {
	};

	@BeforeEach
	void openTheLog() throws IOException {
		this.disk = RecordingFileSystem.over(this.directory);
		this.file = this.disk.root().resolve("audit.jsonl");
		this.log = OfflineAuditLog.builder(this.file, this.bundle)
			.clock(this.clock)
			.durability(Durability.OS)
			.listener((entry) -> this.listener.accept(entry))
			.open();
	}

	@AfterEach
	void closeTheLog() throws IOException {
		this.disk.faults().clear();
		this.log.close();
		assertVerifies(this.file, (int) this.log.headSequence(), this.publicKey);
	}

	@Test
	void aDenialIsAnEntry() {
		deny("tool:a", Map.of("room", "kitchen"));
		assertThat(entries()).singleElement().satisfies((denied) -> {
			assertThat(denied.result()).isEqualTo("denied");
			assertThat(denied.action()).isEqualTo("tool:a");
			assertThat(denied.metadata()).containsExactly(entry("reason", "scope_violation"), entry("room", "kitchen"));
		});
	}

	@Test
	void tenThousandInAMinuteAreElevenEntries() {
		for (int i = 0; i < 10_000; i++) {
			deny("tool:a", Map.of("argument", i));
		}
		assertThat(this.log.headSequence()).isEqualTo(10);
		this.log.close();
		List<SignedAuditEntry> entries = reopenedEntries();
		assertThat(entries).hasSize(11).extracting(SignedAuditEntry::result).containsOnly("denied");
		assertThat(entries.get(10).metadata()).containsExactly(entry("count", 9_990L),
				entry("reason", "scope_violation"));
	}

	@Test
	void aDenialThatCouldNotBeWrittenIsNoneOfTheTen() {
		this.disk.faults().full(0);
		for (int i = 0; i < 12; i++) {
			assertThat(catchThrowable(() -> deny(1))).isInstanceOf(AuditLogException.class);
		}
		this.disk.faults().clear();
		deny(12);
		assertThat(entries()).hasSize(10);
		this.log.close();
		assertThat(counts()).containsExactly(2L);
	}

	@Test
	void theCountIsWrittenBeforeTheNextDenialOnceTheMinuteIsOver() {
		deny(12);
		this.clock.advance(Duration.ofSeconds(59));
		deny(1);
		assertThat(this.log.headSequence()).isEqualTo(10);
		this.clock.advance(Duration.ofSeconds(1));
		deny("tool:b", Map.of());
		assertThat(entries()).hasSize(12);
		assertThat(counts()).containsExactly(3L);
		assertThat(entries().get(11).action()).isEqualTo("tool:b");
	}

	@Test
	void actionsReasonsAndCallersAreToldApart() {
		VerifiedGrant bob = AuditVectors.grant("did:other", "user_bob", "grnt_bob");
		for (int i = 0; i < 12; i++) {
			this.log.appendDenial("tool:a", this.grant, FACTS, Map.of());
			this.log.appendDenial("tool:b", this.grant, FACTS, Map.of());
			this.log.appendDenial("tool:a", this.grant, Map.of("reason", "expired"), Map.of());
			this.log.appendDenial("tool:a", bob, FACTS, Map.of());
		}
		this.log.close();
		assertThat(counts()).containsExactly(2L, 2L, 2L, 2L);
		assertThat(reopenedEntries()).hasSize(44);
	}

	@Test
	void theTokensOfOneCallerAreNotToldApart() {
		for (int i = 0; i < 12; i++) {
			this.log.appendDenial("tool:a", caller("tok_" + i), FACTS, Map.of());
		}
		this.log.close();
		List<SignedAuditEntry> entries = reopenedEntries();
		assertThat(caller(entries.get(9)).get("jti")).isEqualTo("tok_9");
		assertThat(entries.get(10).metadata()).containsEntry("count", 2L);
		assertThat(caller(entries.get(10)))
			.isEqualTo(Map.of("agentDid", "did:other", "principalDid", "user_bob", "grantId", "grnt_bob"));
	}

	@Test
	void threeThousandCallersInAMinuteAreTwoHundredEntriesAndACount() throws IOException {
		for (int i = 0; i < 3_000; i++) {
			this.log.appendDenial("tool:a", AuditVectors.grant("did:other", "user_" + i, "grnt_" + i), FACTS, Map.of());
		}
		assertThat(this.log.headSequence()).isEqualTo(200);
		this.clock.advance(Duration.ofMinutes(1));
		deny("tool:b", Map.of());
		assertThat(entries()).hasSize(202);
		assertThat(entries().get(200).action()).isEqualTo("tool:a");
		assertThat(entries().get(200).metadata()).containsExactly(entry("count", 2_800L),
				entry("caller", Map.of("various", true)), entry("reason", "scope_violation"));
		assertThat(Files.size(this.file)).isLessThan(200 * 1024);
	}

	@Test
	void countsThatCannotBeWrittenAreOneLineAMinuteWithOneStackTrace(CapturedOutput output) {
		deny(15);
		this.clock.advance(Duration.ofMinutes(1));
		this.disk.faults().readOnly();
		for (int i = 0; i < 100; i++) {
			refused(this.log::flushDenials, AuditLogException.LOG_UNWRITABLE);
		}
		String line = "denials that were only counted could not be recorded";
		assertThat(output).containsOnlyOnce(line);
		assertThat(StringUtils.countOccurrencesOf(output.getAll(), "\tat ")).isLessThan(300);
		this.clock.advance(Duration.ofMinutes(1));
		refused(this.log::flushDenials, AuditLogException.LOG_UNWRITABLE);
		assertThat(output)
			.containsPattern("5 denials that were only counted could not be recorded \\[.*\\] \\[\\d+ more left out");
	}

	@Test
	void neitherFactsNorMetadataForgeWhatTheLogSaysItself() {
		Map<String, Object> forged = Map.of("count", 7, "intent", 1, "caller", "me");
		this.log.appendDenial("tool:a", this.grant, forged, Map.of());
		this.log.appendDenial("tool:a", this.grant, FACTS, forged);
		assertThat(entries())
			.allSatisfy((denied) -> assertThat(denied.metadata()).doesNotContainKeys("count", "intent", "caller")
				.containsEntry("count_2", 7L)
				.containsEntry("intent_2", 1L)
				.containsEntry("caller_2", "me"));
	}

	@Test
	void metadataReplacesNoFact() {
		this.log.appendDenial("tool:a", this.grant, FACTS, Map.of("reason", "forged"));
		assertThat(entries().get(0).metadata()).containsExactly(entry("reason", "scope_violation"),
				entry("reason_2", "forged"));
	}

	@Test
	void hostileFactsAndMetadataCostNoEntry() {
		Map<String, Object> nulls = new HashMap<>();
		nulls.put("reason", null);
		nulls.put(null, "x");
		Map<String, Object> throwing = new AbstractMap<>() {

			@Override
			public Set<Entry<String, Object>> entrySet() {
				throw new IllegalStateException("hostile");
			}

		};
		Map<String, Object> cyclic = new HashMap<>();
		cyclic.put("self", cyclic);
		for (Map<String, Object> hostile : List.of(nulls, throwing, cyclic)) {
			for (int i = 0; i < 12; i++) {
				this.log.appendDenial("tool:a|\0", this.grant, hostile, hostile);
			}
		}
		this.log.close();
		assertThat(counts()).containsExactly(2L, 2L, 2L);
	}

	@Test
	void nothingIsCountedThatCouldNotBeWritten() {
		deny(12);
		this.disk.faults().readOnly();
		refused(() -> deny("tool:b", Map.of()), AuditLogException.LOG_UNWRITABLE);
		refused(() -> deny(1), AuditLogException.LOG_UNWRITABLE);
		this.disk.faults().clear();
		deny(1);
		this.log.close();
		assertThat(counts()).containsExactly(3L);
	}

	@Test
	void aCountThatCannotBeWrittenIsWrittenLater() {
		deny(15);
		this.clock.advance(Duration.ofMinutes(1));
		this.disk.faults().readOnly();
		refused(() -> deny(1), AuditLogException.LOG_UNWRITABLE);
		this.disk.faults().clear();
		deny(3);
		this.clock.advance(Duration.ofMinutes(1));
		deny(1);
		assertThat(counts()).containsExactly(5L);
		assertThat(entries()).hasSize(15);
	}

	@Test
	void denialsAfterTheEndAreRefusedAndNotCounted() {
		deny(11);
		this.log.close();
		refused(() -> deny(1), AuditLogException.LOG_CLOSED);
		assertThat(counts()).containsExactly(1L);
	}

	@Test
	void denialsWhileTheLastCountIsWrittenHaveEntriesOfTheirOwn() {
		this.listener = (entry) -> {
			if (entry.metadata().containsKey("count")) {
				deny(15);
			}
		};
		deny(12);
		this.log.close();
		assertThat(counts()).containsExactly(2L);
		assertThat(reopenedEntries()).hasSize(26);
	}

	@Test
	void whatWasCountedCanBeWrittenAtOnce() {
		deny(13);
		this.log.flushDenials();
		assertThat(counts()).containsExactly(3L);
		this.log.flushDenials();
		deny(2);
		assertThat(this.log.headSequence()).isEqualTo(11);
		this.log.flushDenials();
		assertThat(counts()).containsExactly(3L, 2L);
		this.log.close();
		this.log.flushDenials();
		assertThat(counts()).containsExactly(3L, 2L);
	}

	@Test
	void whatCannotBeWrittenAtOnceStaysCounted() {
		deny(13);
		this.disk.faults().readOnly();
		refused(this.log::flushDenials, AuditLogException.LOG_UNWRITABLE);
		this.disk.faults().clear();
		this.log.flushDenials();
		assertThat(counts()).containsExactly(3L);
	}

	@Test
	void aListenerMayCloseTheLogFromAnotherThread() {
		ExecutorService executor = Executors.newSingleThreadExecutor();
		List<Throwable> failures = new ArrayList<>();
		this.listener = (entry) -> {
			if (entry.metadata().containsKey("count")) {
				failures.add(catchThrowable(() -> executor.submit(this.log::close).get(1, TimeUnit.MINUTES)));
			}
		};
		try {
			deny(12);
			this.log.flushDenials();
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(failures).containsExactly((Throwable) null);
		assertThat(this.log.failure()).isEqualTo(AuditLogException.LOG_CLOSED);
		assertThat(counts()).containsExactly(2L);
	}

	@Test
	void noAcknowledgedDenialIsLostWhileTheLogIsClosed() throws Exception {
		AtomicInteger acknowledged = new AtomicInteger();
		CountDownLatch started = new CountDownLatch(8);
		ExecutorService executor = Executors.newFixedThreadPool(8);
		try {
			List<Future<?>> running = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				running.add(executor.submit(() -> {
					started.countDown();
					while (true) {
						try {
							deny(1);
							acknowledged.incrementAndGet();
						}
						catch (AuditLogException ex) {
							return ex.reason();
						}
					}
				}));
			}
			started.await();
			this.log.close();
			for (Future<?> thread : running) {
				assertThat(thread.get()).isEqualTo(AuditLogException.LOG_CLOSED);
			}
		}
		finally {
			executor.shutdownNow();
		}
		long counted = counts().stream().mapToLong(Long::longValue).sum();
		long told = reopenedEntries().size() - counts().size();
		assertThat(told + counted).isEqualTo(acknowledged.get());
	}

	private void deny(int count) {
		for (int i = 0; i < count; i++) {
			deny("tool:a", Map.of());
		}
	}

	private void deny(String action, Map<String, ?> metadata) {
		this.log.appendDenial(action, this.grant, FACTS, metadata);
	}

	private static VerifiedGrant caller(String token) {
		return new VerifiedGrant("did:other", "user_bob", "dev_1", List.of(), null, TestClock.START, token, "grnt_bob",
				0, null, null);
	}

	private static Map<?, ?> caller(SignedAuditEntry entry) {
		return (Map<?, ?>) entry.metadata().get("caller");
	}

	private List<SignedAuditEntry> entries() {
		try (Stream<SignedAuditEntry> entries = this.log.read(1)) {
			return entries.toList();
		}
	}

	private List<SignedAuditEntry> reopenedEntries() {
		this.log.close();
		try (OfflineAuditLog reopened = open(); Stream<SignedAuditEntry> entries = reopened.read(1)) {
			return entries.toList();
		}
	}

	private List<Long> counts() {
		List<SignedAuditEntry> entries = AuditLogException.LOG_CLOSED.equals(this.log.failure()) ? reopenedEntries()
				: entries();
		return entries.stream()
			.map(SignedAuditEntry::metadata)
			.map((metadata) -> (metadata != null) ? metadata : Collections.<String, Object>emptyMap())
			.filter((metadata) -> metadata.containsKey("count"))
			.map((metadata) -> ((Number) metadata.get("count")).longValue())
			.toList();
	}

}
