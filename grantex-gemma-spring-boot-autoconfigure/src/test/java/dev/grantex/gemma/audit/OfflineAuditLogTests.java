package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
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
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.grant.VerifiedGrant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link OfflineAuditLog} on real files.
 */
class OfflineAuditLogTests {

	private static final String GRANT = "grnt_01HXYZ123ABCDEF456GHJKMNPQ";

	private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-21T12:00:00.123456Z"), ZoneOffset.UTC);

	private final ConsentBundle bundle = AuditVectors.bundle();

	private final String publicKey = this.bundle.offlineAuditKey().publicKey();

	private final VerifiedGrant grant = AuditVectors.ownGrant();

	@TempDir
	private Path directory;

	private Path file;

	@BeforeEach
	void nameTheFile() {
		this.file = this.directory.resolve("audit.jsonl");
	}

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

	@ParameterizedTest
	@EnumSource(Durability.class)
	void goesOnAfterARestart(Durability durability) throws IOException {
		for (int i = 0; i < 3; i++) {
			try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).durability(durability).open()) {
				assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(2L * i + 1);
				log.append("b", this.grant, "success", Map.of());
			}
		}
		assertVerifies(this.file, 6, this.publicKey);
	}

	@Test
	void goesOnInALogOfTheTypeScriptPackage() throws IOException {
		List<String> lines = AuditVectors.lines("audit-ts.jsonl");
		write(this.file, String.join("\n", lines) + "\n");
		try (OfflineAuditLog log = open()) {
			assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(71);
			assertThat(log.read(1).map(SignedAuditEntry::toJson).limit(70)).isEqualTo(lines);
		}
		assertVerifies(this.file, 71, this.publicKey);
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
	void readsFromAnyEntryOn() {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 20);
			for (int from = 1; from <= 21; from++) {
				assertThat(sequences(log, from))
					.containsExactlyElementsOf(LongStream.rangeClosed(from, 20).boxed().toList());
			}
		}
	}

	@Test
	void aStreamEndsAtTheHeadOfItsBeginning() {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 5);
			Stream<SignedAuditEntry> entries = log.read(2);
			Stream<String> lines = log.lines();
			append(log, 20);
			assertThat(entries.map(SignedAuditEntry::seq)).containsExactly(2L, 3L, 4L, 5L);
			assertThat(lines).hasSize(5);
		}
	}

	@Test
	void readingFromOutsideTheChainIsRefusedOrEmpty() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			assertThat(log.read(3)).isEmpty();
			assertThat(log.read(Long.MAX_VALUE)).isEmpty();
			assertThatIllegalArgumentException().isThrownBy(() -> log.read(0));
		}
	}

	@Test
	void rotatesBySizeWithoutBreakingTheChain() throws IOException {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 7);
			log.markSynchronized(3);
		}
		assertThat(names()).contains("audit.jsonl", "audit-" + GRANT + "-000000000001.jsonl",
				"audit-" + GRANT + "-000000000003.jsonl", "audit-" + GRANT + "-000000000005.jsonl");
		assertThat(Files.size(this.file)).isLessThanOrEqualTo(1500);
		try (OfflineAuditLog log = rotating(1500)) {
			assertThat(log.synchronizedThrough()).isEqualTo(3);
			assertThat(log.unsynchronized()).isEqualTo(4);
			append(log, 3);
			assertThat(HashChain.verify(log.lines(), this.publicKey))
				.isEqualTo(new ChainVerification(true, -1, null, 10, List.of()));
		}
	}

	@Test
	void anEntryLargerThanAFileHasOneOfItsOwn() {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
			assertThat(sequences(log, 1)).containsExactly(1L, 2L, 3L);
		}
		assertThat(names()).filteredOn((name) -> name.endsWith(".jsonl")).hasSize(3);
	}

	@Test
	void refusesAFullFileWhenItMayNotRotate() {
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.maxSize(1500)
			.rotateOnSize(false)
			.open()) {
			append(log, 2);
			refused(() -> append(log, 1), AuditLogException.LOG_FULL);
			refused(log::checkWritable, AuditLogException.LOG_FULL);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_FULL);
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
		}
	}

	@Test
	void anEmptyActiveFileAfterRotationIsFoundToContinue() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 2);
		}
		Files.delete(this.file);
		String closed = "audit-" + GRANT + "-000000000001.jsonl";
		assertThat(names()).contains(closed);
		try (OfflineAuditLog log = open()) {
			assertThat(log.headSequence()).isEqualTo(1);
			assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(2);
		}
	}

	@Test
	void refusesFilesThatDoNotContinueEachOther() throws IOException {
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 3);
		}
		Files.delete(this.directory.resolve("audit-" + GRANT + "-000000000002.jsonl"));
		refused(this::open, AuditLogException.LOG_CORRUPTED);
	}

	@Test
	void closesOffTheLogOfAnotherBundle() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
		}
		String before = Files.readString(this.file);
		ConsentBundle next = TestBundles.forGrant("bundle_2", "grnt_2");
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, next)) {
			assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(1);
		}
		Path closed = this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl");
		assertThat(Files.readString(closed)).isEqualTo(before);
		assertVerifies(this.file, 1, this.publicKey);
	}

	@Test
	void neverOverwritesAClosedFile() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
		}
		Path closed = this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl");
		write(closed, "evidence\n");
		refused(() -> OfflineAuditLog.open(this.file, TestBundles.forGrant("bundle_2", "grnt_2")),
				AuditLogException.LOG_CORRUPTED);
		assertThat(Files.readString(closed)).isEqualTo("evidence\n");
		assertThat(Files.readString(this.file)).isNotEmpty();
	}

	@Test
	void grantsWithSimilarNamesNeverShareFiles() {
		for (String grantId : List.of("g/1", "g_1", "g:1", "../g", "G_1", "g".repeat(128), "g".repeat(127) + "h")) {
			try (OfflineAuditLog log = OfflineAuditLog.open(this.file, TestBundles.forGrant("b", grantId))) {
				assertThat(log.append("a", this.grant, "success", null).seq()).isEqualTo(1);
			}
		}
		assertThat(this.directory).isDirectoryNotContaining("glob:**/..*");
		assertThat(names()).filteredOn((name) -> name.endsWith(".jsonl")).hasSize(7);
		assertThat(names()).allMatch((name) -> name.startsWith("audit"));
	}

	@Test
	void aRetiredLogTakesLateEntriesWhileTheNextBundlesLogIsOpen() throws IOException {
		OfflineAuditLog retired = open();
		append(retired, 2);
		retired.retire();
		retired.retire();
		try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("bundle_2", "grnt_2"))) {
			assertThat(retired.append("late", this.grant, "success", null).seq()).isEqualTo(3);
			append(next, 2);
			assertThat(sequences(retired, 1)).containsExactly(1L, 2L, 3L);
			assertThat(sequences(next, 1)).containsExactly(1L, 2L);
		}
		retired.close();
		assertVerifies(this.directory.resolve("audit-" + GRANT + "-000000000001.jsonl"), 3, this.publicKey);
	}

	@Test
	void appendsInFlightSurviveARetirement() throws Exception {
		OfflineAuditLog retired = rotating(5000);
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			List<Future<?>> calls = new ArrayList<>();
			for (int i = 0; i < 4; i++) {
				calls.add(executor.submit(() -> append(retired, 50)));
			}
			retired.retire();
			try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("bundle_2", "grnt_2"))) {
				append(next, 10);
				for (Future<?> call : calls) {
					call.get(1, TimeUnit.MINUTES);
				}
				assertThat(HashChain.verify(next.lines(), this.publicKey).entries()).isEqualTo(10);
			}
			assertThat(HashChain.verify(retired.lines(), this.publicKey).entries()).isEqualTo(200);
		}
		finally {
			executor.shutdownNow();
			retired.close();
		}
	}

	@Test
	void aRetiredLogWithoutEntriesLeavesNothingButCanStillBegin() {
		try (OfflineAuditLog retired = open()) {
			retired.retire();
			try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("b2", "grnt_2"))) {
				append(next, 1);
				assertThat(retired.append("late", this.grant, "success", null).seq()).isEqualTo(1);
				assertThat(sequences(next, 1)).containsExactly(1L);
			}
		}
		assertThat(names()).contains("audit-" + GRANT + "-000000000001.jsonl");
	}

	@Test
	void opensARetiredChainAfterARestart() {
		try (OfflineAuditLog log = rotating(1500)) {
			append(log, 5);
			log.markSynchronized(2);
		}
		try (OfflineAuditLog next = OfflineAuditLog.open(this.file, TestBundles.forGrant("b2", "grnt_2"));
				OfflineAuditLog retired = OfflineAuditLog.builder(this.file, this.bundle).openRetired()) {
			append(next, 1);
			assertThat(retired.synchronizedThrough()).isEqualTo(2);
			assertThat(sequences(retired, 3)).containsExactly(3L, 4L, 5L);
			assertThat(retired.append("late", this.grant, "success", null).seq()).isEqualTo(6);
			assertThat(HashChain.verify(retired.lines(), this.publicKey).entries()).isEqualTo(6);
		}
	}

	@Test
	void openingARetiredChainFreesTheActiveNameIfACrashLeftItThere() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		try (OfflineAuditLog retired = OfflineAuditLog.builder(this.file, this.bundle).openRetired()) {
			assertThat(sequences(retired, 1)).containsExactly(1L, 2L);
			assertThat(this.file).doesNotExist();
		}
	}

	@Test
	void readsWithAnErasedKeyButCannotAppend() {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
		}
		ConsentBundle erased = AuditVectors.withKey(this.bundle, new OfflineAuditKey(this.publicKey, null, "Ed25519"));
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, erased).openRetired()) {
			SignedAuditEntry entry = log.read(1).findFirst().orElseThrow();
			refused(() -> log.append("a", this.grant, "success", null), AuditLogException.KEY_UNUSABLE);
			refused(() -> log.resign(entry), AuditLogException.KEY_UNUSABLE);
			refused(log::checkWritable, AuditLogException.KEY_UNUSABLE);
		}
	}

	@Test
	void refusesAKeyThatIsUnreadableOrDoesNotBelongToThePublicOne() {
		OfflineAuditKey other = AuditVectors.key("audit-py-key.json");
		for (String privateKey : List.of("", "secret", String.valueOf(other.privateKey()))) {
			ConsentBundle broken = AuditVectors.withKey(this.bundle,
					new OfflineAuditKey(this.publicKey, privateKey, "Ed25519"));
			assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> OfflineAuditLog.open(this.file, broken))
				.returns(AuditLogException.KEY_UNUSABLE, AuditLogException::reason)
				.withMessageNotContaining("secret");
		}
		assertThatNoException().isThrownBy(() -> open().close());
	}

	@Test
	void aRotatedKeySignsLaterEntriesAndUploads() throws IOException {
		OfflineAuditKey next = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = open()) {
			append(log, 2);
			assertThat(log.rotateKey(next)).isEqualTo(3);
			append(log, 2);
			SignedAuditEntry first = log.read(1).findFirst().orElseThrow();
			SignedAuditEntry resigned = log.resign(first);
			assertThat(resigned).isEqualTo(first.withSignature(resigned.signature()));
			assertThat(HashChain.verify(Stream.of(resigned.toJson()), next.publicKey()).valid()).isTrue();
		}
		assertVerifies(this.file, 4, this.publicKey, next.publicKey());
		assertThat(HashChain.verify(Files.lines(this.file), this.publicKey).brokenAt()).isEqualTo(2);
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, AuditVectors.withKey(this.bundle, next))) {
			assertThat(log.headSequence()).isEqualTo(4);
		}
	}

	@Test
	void onlyTheHeadMustBeSignedWithAKeyThatIsKnownWhenOpening() {
		OfflineAuditKey next = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 2);
			log.rotateKey(next);
			append(log, 1);
		}
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, AuditVectors.withKey(this.bundle, next))) {
			assertThat(log.headSequence()).isEqualTo(3);
		}
	}

	@Test
	void aTailSignedWithAnEarlierKeyNeedsThatKey() {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		ConsentBundle refreshed = AuditVectors.withKey(this.bundle, AuditVectors.key("audit-py-key.json"));
		refused(() -> OfflineAuditLog.open(this.file, refreshed), AuditLogException.LOG_CORRUPTED);
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, refreshed)
			.publicKeys(List.of(this.publicKey))
			.open()) {
			assertThat(log.headSequence()).isEqualTo(2);
		}
	}

	@Test
	void remembersThePositionOfTheUpload() {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			assertThat(log.synchronizedThrough()).isZero();
			log.markSynchronized(4);
			assertThat(log.unsynchronized()).isEqualTo(1);
			log.markSynchronized(2);
			assertThatIllegalArgumentException().isThrownBy(() -> log.markSynchronized(6));
			assertThatIllegalArgumentException().isThrownBy(() -> log.markSynchronized(-1));
		}
		try (OfflineAuditLog log = open()) {
			assertThat(log.synchronizedThrough()).isEqualTo(2);
			assertThat(log.unsynchronized()).isEqualTo(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "-1", "99999999999999999999", "1 2" })
	void startsOverFromAnUnreadablePosition(String text) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		write(this.directory.resolve("audit-" + GRANT + ".position"), text);
		try (OfflineAuditLog log = open()) {
			assertThat(log.synchronizedThrough()).isZero();
		}
	}

	@Test
	void refusesALogThatLostWhatTheServiceAccepted() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
			log.markSynchronized(3);
		}
		List<String> lines = Files.readAllLines(this.file);
		write(this.file, lines.get(0) + "\n" + lines.get(1) + "\n");
		refused(this::open, AuditLogException.LOG_TRUNCATED);
		Files.delete(this.file);
		refused(this::open, AuditLogException.LOG_TRUNCATED);
	}

	@Test
	void onlyOneLogCanBeOpen() {
		try (OfflineAuditLog log = open()) {
			refused(this::open, AuditLogException.LOG_LOCKED);
			refused(() -> OfflineAuditLog.open(this.file, TestBundles.forGrant("b2", "grnt_2")),
					AuditLogException.LOG_LOCKED);
			append(log, 1);
		}
		assertThatNoException().isThrownBy(() -> open().close());
	}

	@Test
	void anotherProcessCannotOpenTheLogUntilTheFirstHasEnded() throws Exception {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
			assertThat(openInAnotherProcess()).isEqualTo(AuditLogException.LOG_LOCKED);
			refused(this::open, AuditLogException.LOG_LOCKED);
			assertThat(openInAnotherProcess()).isEqualTo(AuditLogException.LOG_LOCKED);
		}
		assertThat(openInAnotherProcess()).isEqualTo("open");
		assertThatNoException().isThrownBy(() -> open().close());
	}

	@Test
	void movesATornLineAsideAndGoesOn() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		String whole = Files.readString(this.file);
		for (String torn : List.of("{\"seq\":3,\"time", "\0".repeat(4096), whole.substring(0, whole.indexOf('\n')),
				"x".repeat(5_000_000))) {
			Files.writeString(this.file, torn, StandardOpenOption.APPEND);
			try (OfflineAuditLog log = open()) {
				assertThat(log.headSequence()).isEqualTo(2);
			}
			assertThat(Files.readString(this.file)).isEqualTo(whole);
		}
		assertThat(this.directory.resolve("audit.jsonl.torn-1")).hasContent("{\"seq\":3,\"time");
		assertThat(this.directory.resolve("audit.jsonl.torn-4")).hasSize(5_000_000);
	}

	@Test
	void recoversFromATearAtEveryByteOfTheLastLine() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		byte[] whole = Files.readAllBytes(this.file);
		int lastLine = new String(whole, StandardCharsets.UTF_8).indexOf('\n') + 1;
		for (int length = 0; length < whole.length; length += 29) {
			Files.write(this.file, Arrays.copyOf(whole, length));
			try (OfflineAuditLog log = open()) {
				assertThat(log.headSequence()).isEqualTo((length < lastLine) ? 0 : 1);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "garbage\n", "\n", "{}\n", "null\n", "\uFFFD\n" })
	void refusesADamagedTailAndLeavesTheFileAlone(String damage) throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		Files.writeString(this.file, damage, StandardOpenOption.APPEND);
		byte[] before = Files.readAllBytes(this.file);
		refused(this::open, AuditLogException.LOG_CORRUPTED);
		refused(() -> OfflineAuditLog.open(this.file, TestBundles.forGrant("b2", "grnt_2")),
				AuditLogException.LOG_CORRUPTED);
		assertThat(Files.readAllBytes(this.file)).isEqualTo(before);
	}

	@Test
	void refusesATailWhoseFieldsHashOrSignatureWereChanged() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 2);
		}
		String whole = Files.readString(this.file);
		SignedAuditEntry last = SignedAuditEntry.parse(whole.lines().toList().get(1));
		for (String changed : List.of(whole.replace("tool:2", "tool:9"), whole.replace("\"seq\":2", "\"seq\":3"),
				whole.replace(last.signature(), "0".repeat(128)), whole.replace(last.hash(), "0".repeat(64)),
				whole.replace(last.prevHash() + "\",\"hash", "0".repeat(64) + "\",\"hash"))) {
			assertThat(changed).isNotEqualTo(whole);
			write(this.file, changed);
			refused(this::open, AuditLogException.LOG_CORRUPTED);
			assertThat(Files.readString(this.file)).isEqualTo(changed);
		}
	}

	@Test
	void readingDamageInTheMiddleFailsAndVerifyingNamesIt() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 10);
		}
		write(this.file, Files.readString(this.file).replace("tool:3", "tool:!"));
		try (OfflineAuditLog log = open()) {
			ChainVerification found = log.verify(ChainVerifier.fromStart(List.of(this.publicKey)));
			assertThat(found.brokenAt()).isEqualTo(2);
			assertThat(found.reason()).isEqualTo(ChainFault.HASH);
		}
		write(this.file, Files.readString(this.file).replaceFirst("\n[^\n]*tool:4[^\n]*", ""));
		try (OfflineAuditLog log = open()) {
			refused(() -> log.read(1).toList(), AuditLogException.LOG_CORRUPTED);
		}
	}

	@Test
	void verifiesIncrementally() {
		try (OfflineAuditLog log = rotating(1500)) {
			ChainVerifier verifier = ChainVerifier.fromStart(List.of(this.publicKey));
			for (int i = 1; i <= 4; i++) {
				append(log, 3);
				assertThat(log.verify(verifier)).isEqualTo(new ChainVerification(true, -1, null, 3 * i, List.of()));
			}
		}
	}

	@Test
	void noticesATailThatIsCutWhileTheLogIsOpen() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 3);
			List<String> lines = Files.readAllLines(this.file);
			Files.writeString(this.file, lines.get(0) + "\n", StandardOpenOption.TRUNCATE_EXISTING);
			assertThat(log.verify(ChainVerifier.fromStart(List.of(this.publicKey))).reason())
				.isEqualTo(ChainFault.TRUNCATED);
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
			assertThat(Files.readAllLines(this.file)).hasSize(1);
		}
	}

	@Test
	void neverContinuesAfterBytesOfSomebodyElse() throws IOException {
		try (OfflineAuditLog log = open()) {
			append(log, 1);
			Files.writeString(this.file, "intruder\n", StandardOpenOption.APPEND);
			refused(() -> append(log, 1), AuditLogException.LOG_CORRUPTED);
			refused(log::checkWritable, AuditLogException.LOG_CORRUPTED);
			assertThat(Files.readString(this.file)).endsWith("intruder\n");
		}
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 100 })
	void aFailedWriteIsNotAcknowledgedAndTheLogGoesOnOnceItCan(long room) throws IOException {
		FaultyDisk disk = new FaultyDisk();
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).opener(disk).open()) {
			append(log, 2);
			disk.room = room;
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			assertThat(log.failure()).isEqualTo(AuditLogException.LOG_UNWRITABLE);
			assertThat(log.headSequence()).isEqualTo(2);
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
			disk.openFails = true;
			refused(log::checkWritable, AuditLogException.LOG_UNWRITABLE);
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			disk.openFails = false;
			disk.room = Long.MAX_VALUE;
			assertThatNoException().isThrownBy(log::checkWritable);
			assertThat(log.failure()).isNull();
			assertThat(Files.readAllLines(this.file)).hasSize(2);
			append(log, 2);
		}
		assertVerifies(this.file, 4, this.publicKey);
	}

	@Test
	void aFailedForceIsNotAcknowledged() throws IOException {
		FaultyDisk disk = new FaultyDisk();
		List<Long> heard = new ArrayList<>();
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.opener(disk)
			.listener((entry) -> heard.add(entry.seq()))
			.open()) {
			append(log, 1);
			disk.forceFails = true;
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			disk.forceFails = false;
			append(log, 1);
		}
		assertThat(heard).containsExactly(1L, 2L);
		assertVerifies(this.file, 2, this.publicKey);
	}

	@Test
	void goesOnAfterAFailureUnderARotatedKey() throws IOException {
		FaultyDisk disk = new FaultyDisk();
		OfflineAuditKey next = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).opener(disk).open()) {
			append(log, 1);
			log.rotateKey(next);
			append(log, 1);
			disk.room = 5;
			refused(() -> append(log, 1), AuditLogException.LOG_UNWRITABLE);
			disk.room = Long.MAX_VALUE;
			append(log, 1);
		}
		assertVerifies(this.file, 3, this.publicKey, next.publicKey());
	}

	@Test
	void nothingCanBeReadThatCouldNotBeForced() {
		FaultyDisk disk = new FaultyDisk();
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle)
			.durability(Durability.OS)
			.opener(disk)
			.open()) {
			append(log, 2);
			disk.forceFails = true;
			refused(() -> log.read(1), AuditLogException.LOG_UNWRITABLE);
			refused(() -> log.read(1), AuditLogException.LOG_UNWRITABLE);
			disk.forceFails = false;
			assertThat(sequences(log, 1)).containsExactly(1L, 2L);
		}
	}

	@Test
	void anInterruptedThreadStillWritesItsEntry() throws IOException {
		FaultyDisk disk = new FaultyDisk();
		AtomicInteger left = new AtomicInteger(3);
		try (OfflineAuditLog log = OfflineAuditLog.builder(this.file, this.bundle).opener(disk).open()) {
			Thread.currentThread().interrupt();
			append(log, 1);
			assertThat(Thread.interrupted()).isTrue();
			disk.beforeForce = () -> {
				if (left.getAndDecrement() > 0) {
					Thread.currentThread().interrupt();
				}
			};
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

	@Test
	void aClosedLogRefusesEverything() {
		OfflineAuditLog log = open();
		append(log, 1);
		Stream<SignedAuditEntry> before = log.read(1);
		log.close();
		log.close();
		refused(() -> append(log, 1), AuditLogException.LOG_CLOSED);
		refused(() -> log.read(1), AuditLogException.LOG_CLOSED);
		refused(before::toList, AuditLogException.LOG_CLOSED);
		refused(log::checkWritable, AuditLogException.LOG_CLOSED);
		refused(log::retire, AuditLogException.LOG_CLOSED);
		assertThat(log.failure()).isEqualTo(AuditLogException.LOG_CLOSED);
		assertThat(log.headSequence()).isEqualTo(1);
	}

	@Test
	void filesBelongToTheirOwnerOnly() throws IOException {
		this.file = this.directory.resolve("new/deep/audit.jsonl");
		try (OfflineAuditLog log = rotating(10)) {
			append(log, 2);
			log.markSynchronized(1);
		}
		assertThat(mode(this.file.getParent())).isEqualTo("rwx------");
		try (Stream<Path> files = Files.list(this.file.getParent())) {
			assertThat(files).hasSizeGreaterThan(3).allMatch((path) -> mode(path).equals("rw-------"));
		}
	}

	@Test
	void refusesLinksAndFilesThatOthersMayWrite() throws IOException {
		Path target = this.directory.resolve("target");
		write(target, "");
		Files.createSymbolicLink(this.file, target);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		Files.delete(this.file);
		Files.createLink(this.file, target);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		Files.delete(this.file);
		write(this.file, "");
		for (String mode : List.of("rw--w----", "rw-----w-")) {
			Files.setPosixFilePermissions(this.file, PosixFilePermissions.fromString(mode));
			refused(this::open, AuditLogException.LOG_UNSAFE);
		}
		Files.delete(this.file);
		Files.createDirectory(this.file);
		refused(this::open, AuditLogException.LOG_UNSAFE);
		assertThat(target).isEmptyFile();
	}

	@Test
	void refusesLinksInPlaceOfClosedFilesPositionAndLock() throws IOException {
		Path target = this.directory.resolve("target");
		write(target, "1");
		for (String name : List.of("-000000000001.jsonl", ".position", ".lock")) {
			Path link = this.directory.resolve("audit-" + GRANT + name);
			Files.deleteIfExists(link);
			Files.createSymbolicLink(link, target);
			refused(this::open, AuditLogException.LOG_UNSAFE);
			Files.delete(link);
		}
		assertThat(target).hasContent("1");
	}

	@Test
	void messagesAndTextsTellNoPathAndNoKey() throws IOException {
		write(this.file, "garbage\n");
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(this::open)
			.withMessageNotContaining(this.directory.toString());
		Path notADirectory = this.file.resolve("audit.jsonl");
		assertThatExceptionOfType(AuditLogException.class)
			.isThrownBy(() -> OfflineAuditLog.open(notADirectory, this.bundle))
			.withMessageNotContaining(this.directory.toString())
			.returns(AuditLogException.LOG_UNWRITABLE, AuditLogException::reason);
	}

	@Test
	void opensALargeLogByItsTail() throws IOException {
		StringBuilder lines = new StringBuilder();
		String previous = WireForm.GENESIS;
		EntrySigner signer = EntrySigner.of(this.bundle.offlineAuditKey());
		for (int seq = 1; seq <= 3; seq++) {
			String hash = HashChain.computeHash(seq, "t", "a", "d", GRANT, List.of("s"), "r", null, previous);
			lines
				.append(new SignedAuditEntry(seq, "t", "a", "d", GRANT, List.of("s"), "r", null, previous, hash,
						signer.sign(hash))
					.toJson())
				.append('\n');
			previous = hash;
		}
		String first = lines.substring(0, lines.indexOf("\n") + 1);
		write(this.file, first + "damage in the middle\n".repeat(1_000_000) + lines.substring(first.length())
				+ tail(4, previous, signer));
		try (OfflineAuditLog log = open()) {
			assertThat(log.headSequence()).isEqualTo(7);
			assertThat(log.verify(ChainVerifier.fromStart(List.of(this.publicKey))).brokenAt()).isEqualTo(1);
		}
	}

	private String tail(int seq, String prevHash, EntrySigner signer) {
		StringBuilder lines = new StringBuilder();
		String previous = prevHash;
		for (int i = seq; i < seq + 4; i++) {
			String hash = HashChain.computeHash(i, "t", "a", "d", GRANT, List.of("s"), "r", null, previous);
			lines
				.append(new SignedAuditEntry(i, "t", "a", "d", GRANT, List.of("s"), "r", null, previous, hash,
						signer.sign(hash))
					.toJson())
				.append('\n');
			previous = hash;
		}
		return lines.toString();
	}

	private OfflineAuditLog open() {
		return OfflineAuditLog.open(this.file, this.bundle);
	}

	private OfflineAuditLog rotating(long maxSize) {
		return OfflineAuditLog.builder(this.file, this.bundle).maxSize(maxSize).open();
	}

	private int append(OfflineAuditLog log, int count) {
		for (int i = 0; i < count; i++) {
			log.append("tool:" + log.nextSequence(), this.grant, "success", Map.of("method", "A.b"));
		}
		return count;
	}

	private static List<Long> sequences(OfflineAuditLog log, long from) {
		try (Stream<SignedAuditEntry> entries = log.read(from)) {
			return entries.map(SignedAuditEntry::seq).toList();
		}
	}

	private List<String> names() {
		try (Stream<Path> files = Files.list(this.directory)) {
			return files.map((path) -> path.getFileName().toString()).sorted().toList();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private String openInAnotherProcess() throws Exception {
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				System.getProperty("java.class.path"), SecondOpener.class.getName(), this.file.toString())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		process.waitFor();
		return output.strip();
	}

	private static void write(Path path, String text) throws IOException {
		Files.writeString(path, text);
		Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
	}

	private static String mode(Path path) {
		try {
			return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void assertVerifies(Path file, int entries, String... keys) throws IOException {
		try (Stream<String> lines = Files.lines(file)) {
			ChainVerification found = HashChain.verify(lines, keys);
			assertThat(found.valid()).as(found.reason()).isTrue();
			assertThat(found.entries()).isEqualTo(entries);
		}
	}

	private static void refused(ThrowingCallable call, String reason) {
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(call).returns(reason, AuditLogException::reason);
	}

	/**
	 * Tries to open a log in a process of its own.
	 */
	static final class SecondOpener {

		private SecondOpener() {
		}

		public static void main(String[] args) {
			try (OfflineAuditLog log = OfflineAuditLog.open(Path.of(args[0]), AuditVectors.bundle())) {
				System.out.println("open");
			}
			catch (AuditLogException ex) {
				System.out.println(ex.reason());
			}
		}

	}

}
