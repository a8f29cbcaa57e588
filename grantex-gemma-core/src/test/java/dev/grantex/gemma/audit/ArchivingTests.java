package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.store.file.FilesInside;
import dev.grantex.gemma.audit.verifier.AuditorFixture;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for chains that cannot go on and are archived.
 */
class ArchivingTests extends RetentionFixture {

	private static final String NAME = "archive/bundle_01HXYZ123ABCDEF456GHJKMNPQ";

	private final ConsentBundle next = TestBundles.forGrant("bundle_2", "grnt_2");

	@Test
	void movesAllFilesOfTheChainUnchanged() throws IOException {
		leave(7);
		write(this.directory.resolve("audit.jsonl.torn-1"), "{\"seq\":9");
		write(this.directory.resolve("audit.jsonl.python-1"), "what somebody had before\n");
		write(this.directory.resolve("audit.seal.former-1"), "unreadable");
		write(closed(3).resolveSibling(closed(3).getFileName() + ".torn-2"), "{\"seq\":5");
		write(this.directory.resolve("unrelated.txt"), "x");
		Map<String, String> before = contents(this.directory);
		ArchivedChain archived = builder().archive();
		Map<String, String> expected = new TreeMap<>(before);
		expected.keySet().removeAll(List.of("audit.jsonl.lock", lock(), "unrelated.txt"));
		Map<String, String> after = contents(archive(archived));
		assertThat(after).containsAllEntriesOf(expected).hasSize(expected.size() + 2);
		assertThat(names()).containsExactly("archive", "audit.jsonl.lock", "unrelated.txt");
		assertThat(archived.lastSequence()).isEqualTo(7);
		assertThat(archived.lastHash()).isEqualTo(WireForm.parse(after.get("audit.jsonl").strip()).hash());
	}

	@Test
	void theChecksumsHoldAndTheirDigestIsThatOfTheArchive() throws Exception {
		leave(5);
		ArchivedChain archived = builder().archive();
		Path sums = archive(archived).resolve("SHA256SUMS");
		assertThat(archived.sha256()).isEqualTo(sha256(sums));
		List<String> expected = new ArrayList<>();
		for (String name : contents(archive(archived)).keySet()) {
			if (!name.equals("SHA256SUMS")) {
				expected.add(sha256(archive(archived).resolve(name)) + "  " + name);
			}
		}
		assertThat(Files.readString(sums)).isEqualTo(String.join("\n", expected) + "\n");
		assertCommandAgrees(archive(archived));
	}

	@Test
	void onlyTheOwnerMayReadIt() throws IOException {
		leave(3);
		Path archive = archive(builder().archive());
		for (Path directory : List.of(archive, archive.getParent())) {
			assertThat(Files.getPosixFilePermissions(directory))
				.isEqualTo(PosixFilePermissions.fromString("rwx------"));
		}
		for (String name : contents(archive).keySet()) {
			assertThat(Files.getPosixFilePermissions(archive.resolve(name))).as(name)
				.isEqualTo(PosixFilePermissions.fromString("rw-------"));
		}
	}

	@Test
	void anAuditorCanVerifyItWithWhatIsInIt() throws IOException {
		OfflineAuditKey second = AuditVectors.key("audit-py-key.json");
		try (OfflineAuditLog log = open()) {
			append(log, 3);
			log.refresh(AuditVectors.withKey(this.bundle, second));
			append(log, 3);
		}
		ConsentBundle refreshed = AuditVectors.withKey(this.bundle, second)
			.withState(new BundleState(null,
					List.of(new AuditPublicKey(this.publicKey, 1), new AuditPublicKey(second.publicKey(), 4)), false,
					null));
		Path archive = archive(builder(refreshed).archive());
		List<String> args = new ArrayList<>(List.of("--public-key", archive.resolve("public-keys.pem").toString(),
				"--seal", archive.resolve("audit.seal").toString()));
		try (Stream<Path> logs = Files.list(archive)) {
			logs.map(Path::toString).filter((name) -> name.endsWith(".jsonl")).sorted().forEach(args::add);
		}
		assertThat(AuditorFixture.outcome(args).code()).as(AuditorFixture.outcome(args).out()).isZero();
		assertThat(Files.readString(archive.resolve("public-keys.pem")).split("-----BEGIN PUBLIC KEY-----")).hasSize(3);
	}

	@Test
	void isAnsweredAgainWhenItIsComplete() throws IOException {
		leave(7);
		ArchivedChain archived = builder().archive();
		Map<String, String> contents = contents(archive(archived));
		assertThat(builder().archive()).isEqualTo(archived);
		assertThat(builder().archiveRetired()).isEqualTo(archived);
		assertThat(contents(archive(archived))).isEqualTo(contents);
		assertThat(names()).containsExactly("archive", "audit.jsonl.lock");
	}

	@Test
	void isNotAnsweredAgainWhenItHasChanged() throws IOException {
		leave(5);
		Path archive = archive(builder().archive());
		tamper(archive.resolve("audit.jsonl"), "tool:5", "tool:!");
		refused(() -> builder().archive(), AuditLogException.LOG_CORRUPTED);
		tamper(archive.resolve("audit.jsonl"), "tool:!", "tool:5");
		builder().archive();
		Files.delete(archive.resolve("audit.seal"));
		refused(() -> builder().archive(), AuditLogException.LOG_CORRUPTED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\n", "x", "0123  audit.jsonl\n",
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  ../outside\n",
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  .\n",
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  a\0b\n" })
	void checksumsThatAreNoneAreRefused(String text) throws IOException {
		leave(3);
		Path archive = archive(builder().archive());
		write(this.directory.resolve("archive/outside"), "");
		write(archive.resolve("SHA256SUMS"), text);
		refused(() -> builder().archive(), AuditLogException.LOG_CORRUPTED);
	}

	@Test
	void filesThatComeBackGetAnArchiveOfTheirOwn() throws IOException {
		leave(5);
		Map<String, String> backup = contents(this.directory);
		ArchivedChain first = builder().archive();
		for (Map.Entry<String, String> file : backup.entrySet()) {
			write(this.directory.resolve(file.getKey()), file.getValue());
		}
		ArchivedChain second = builder().archive();
		assertThat(second.name()).isEqualTo(first.name() + "~2");
		assertThat(second.sha256()).isEqualTo(first.sha256());
		assertThat(builder().archive()).isEqualTo(second);
	}

	@Test
	void aNameThatIsTakenIsNeverOverwritten() throws IOException {
		leave(5);
		Path archive = Files.createDirectories(this.directory.resolve(NAME));
		write(archive.resolve("audit.seal"), "of somebody else");
		write(archive.resolve("audit.seal.other-1"), "of somebody else too");
		ArchivedChain archived = builder().archive();
		assertThat(archived.name()).isEqualTo(NAME);
		assertThat(archive.resolve("audit.seal")).hasContent("of somebody else");
		assertThat(archive.resolve("audit.seal.other-1")).hasContent("of somebody else too");
		assertThat(FilesInside.statement(archive.resolve("audit.seal.other-2"))).isNotNull();
		assertThat(Files.readString(archive.resolve("SHA256SUMS"))).contains("audit.seal.other-2");
	}

	@Test
	void worksWithoutASeal() throws IOException {
		leave(5);
		Files.delete(this.directory.resolve("audit.seal"));
		ArchivedChain archived = builder().archive();
		assertThat(archived.lastSequence()).isEqualTo(5);
		assertThat(closedFiles()).isEmpty();
	}

	@Test
	void worksWithoutAnything() throws IOException {
		ArchivedChain archived = builder().archive();
		assertThat(archived).isEqualTo(new ArchivedChain(NAME, archived.sha256(), 0, WireForm.GENESIS));
		assertThat(contents(archive(archived))).containsOnlyKeys("SHA256SUMS", "public-keys.pem");
		assertThat(builder().archive()).isEqualTo(archived);
	}

	@Test
	void withoutEntriesTheSealTellsHowFarTheChainWas() throws IOException {
		String hash = leave(5);
		for (Path file : List.of(this.file, closed(1), closed(3))) {
			Files.delete(file);
		}
		assertThat(builder().archive()).extracting(ArchivedChain::lastSequence, ArchivedChain::lastHash)
			.containsExactly(5L, hash);
	}

	@Test
	void aForgedSealTellsNothing() throws IOException {
		leave(5);
		for (Path file : List.of(this.file, closed(1), closed(3))) {
			Files.delete(file);
		}
		tamper(this.directory.resolve("audit.seal"), "\"sequence\":5", "\"sequence\":9");
		assertThat(builder().archive().lastSequence()).isZero();
	}

	@Test
	void theLastEntryIsTheLastThatCanBeRead() throws IOException {
		leave(6);
		Files.writeString(this.file, "damage\n{\"seq\":7", StandardOpenOption.APPEND);
		assertThat(builder().archive().lastSequence()).isEqualTo(6);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "\n\n\n", "{\"seq\":1}\n", "{}\n{}\n" })
	void anActiveFileThatIsTooDamagedToTellGoesWithTheCurrentChain(String damaged) throws IOException {
		leave(5);
		write(this.file, damaged);
		write(this.directory.resolve("audit.seal"), "x");
		Path archive = archive(builder().archive());
		assertThat(archive.resolve("audit.jsonl")).hasContent(damaged);
		assertThat(archive.resolve("audit.seal")).hasContent("x");
		assertThat(this.file).doesNotExist();
	}

	@Test
	void aCopyOfAnotherChainsFileInTheActivePlaceGoesWithTheCurrentChain() throws IOException {
		try (OfflineAuditLog log = builder(this.next).open()) {
			append(log, 2);
		}
		leave(5);
		Path others = this.directory.resolve("audit-grnt_2-000000000001.jsonl");
		String copy = Files.readString(others);
		write(this.file, copy);
		Path archive = archive(builder().archive());
		assertThat(archive.resolve("audit.jsonl")).hasContent(copy);
		assertThat(others).hasContent(copy);
		try (OfflineAuditLog log = OfflineAuditLog.open(this.file, TestBundles.forGrant("bundle_3", "grnt_3"))) {
			append(log, 1);
		}
	}

	@Test
	void aLineThatIsLongerThanAnyEntryIsArchivedToo() throws IOException {
		leave(5);
		write(this.file, "x".repeat(20 * 1024 * 1024) + "\n");
		assertThat(builder().archive().lastSequence()).isEqualTo(4);
	}

	@Test
	void anotherChainsFilesStay() throws IOException {
		try (OfflineAuditLog log = builder(this.next).open()) {
			append(log, 5);
		}
		leave(5);
		Map<String, String> before = contents(this.directory);
		before.keySet().removeIf((name) -> !name.contains("grnt_2") && !name.equals("audit.jsonl.lock"));
		builder().archive();
		assertThat(contents(this.directory)).isEqualTo(before);
		try (OfflineAuditLog log = builder(this.next).openRetired()) {
			assertKept(log, 1, 5);
		}
	}

	@Test
	void aReplacedChainIsArchivedWhileTheCurrentLogIsOpen() throws IOException {
		leave(5);
		try (OfflineAuditLog log = builder(this.next).open()) {
			append(log, 3);
			refused(() -> builder().archive(), AuditLogException.LOG_LOCKED);
			ArchivedChain archived = builder().archiveRetired();
			assertThat(archived.lastSequence()).isEqualTo(5);
			assertThat(names()).noneMatch((name) -> name.contains(GRANT));
			append(log, 3);
			assertKept(log, 1, 6);
			log.markSynchronized(6);
			assertThat(builder().archiveRetired()).isEqualTo(archived);
		}
		try (OfflineAuditLog log = builder(this.next).open()) {
			assertKept(log, 1, 6);
		}
	}

	@Test
	void aReplacedChainThatStillHasTheActiveFileTakesItAlong() throws IOException {
		leave(5);
		write(this.file, "too damaged to tell\n");
		ArchivedChain archived = builder().archiveRetired();
		assertThat(names()).containsExactly("archive", "audit.jsonl.lock");
		assertThat(contents(archive(archived))).containsKeys("audit.jsonl", "audit.seal");
		assertThat(builder().archiveRetired()).isEqualTo(archived);
	}

	@Test
	void whatIsTooDamagedToTellStaysWithTheChainThatItsSealNames() throws IOException {
		leave(3);
		try (OfflineAuditLog log = builder(this.next).open()) {
			append(log, 1);
		}
		write(this.file, "too damaged to tell\n");
		builder().archiveRetired();
		assertThat(this.file).hasContent("too damaged to tell\n");
		assertThat(names()).contains("audit.seal");
	}

	@Test
	void anOpenLogIsNotArchived() {
		try (OfflineAuditLog log = open()) {
			append(log, 5);
			refused(() -> builder().archive(), AuditLogException.LOG_LOCKED);
			refused(() -> builder().archiveRetired(), AuditLogException.LOG_LOCKED);
			assertThat(this.directory.resolve("archive")).doesNotExist();
			append(log, 1);
			assertKept(log, 1, 6);
		}
		try (ProvablePrefix prefix = builder().openProvable()) {
			refused(() -> builder().archive(), AuditLogException.LOG_LOCKED);
			assertThat(prefix.firstSequence()).isEqualTo(1);
		}
		builder().archive();
	}

	@Test
	void linksAreNotFollowed() throws IOException {
		leave(5);
		Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere"));
		Path archive = this.directory.resolve("archive");
		Files.createSymbolicLink(archive, elsewhere);
		refused(() -> builder().archive(), AuditLogException.LOG_UNSAFE);
		Files.delete(archive);
		Files.createDirectory(archive);
		Files.createSymbolicLink(this.directory.resolve(NAME), elsewhere);
		refused(() -> builder().archive(), AuditLogException.LOG_UNSAFE);
		Files.delete(this.directory.resolve(NAME));
		Path moved = elsewhere.resolve("moved");
		Files.move(closed(1), moved);
		Files.createSymbolicLink(closed(1), moved);
		refused(() -> builder().archive(), AuditLogException.LOG_UNSAFE);
		assertThat(closedFiles()).containsExactly(1L, 3L);
		assertThat(this.file).exists();
		Files.move(moved, closed(1), StandardCopyOption.REPLACE_EXISTING);
		assertThat(builder().archive().lastSequence()).isEqualTo(5);
		assertThat(elsewhere).isEmptyDirectory();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", ".", "..", "../..", "/etc", "a/b", "a\\b", "a\nb", "bündel", "C:", "~2" })
	void aHostileBundleIdNamesADirectoryOfItsOwn(String bundleId) throws IOException {
		ConsentBundle hostile = TestBundles.forGrant(bundleId, "grnt_2");
		try (OfflineAuditLog log = builder(hostile).open()) {
			append(log, 1);
		}
		ArchivedChain archived = builder(hostile).archive();
		assertThat(archive(archived).getParent()).isEqualTo(this.directory.resolve("archive"));
		assertThat(archived.name()).matches("archive/[A-Za-z0-9._~-]+").isNotIn("archive/.", "archive/..");
		assertThat(contents(archive(archived))).containsKey("audit.jsonl");
	}

	@Test
	void namesThatNeedItAreEscapedInTheChecksums() throws Exception {
		this.file = this.directory.resolve("au\\dit\nlog");
		leave(2);
		Path archive = archive(builder().archive());
		assertThat(Files.readString(archive.resolve("SHA256SUMS"))).contains("  au\\\\dit\\nlog\n");
		assertCommandAgrees(archive);
		assertThat(builder().archive().lastSequence()).isEqualTo(2);
	}

	@Test
	void aLogThatHasTheNameOfTheChecksumsIsArchivedUnderAnother() throws Exception {
		this.file = this.directory.resolve("SHA256SUMS");
		leave(2);
		Path archive = archive(builder().archive());
		assertThat(contents(archive)).containsKey("SHA256SUMS.other-1");
		assertCommandAgrees(archive);
	}

	@Test
	void anArchiveTakesNoRoomFromTheLogAndIsNeverDeleted() throws IOException {
		leave(7);
		ArchivedChain archived = builder().archive();
		write(archive(archived).resolve("audit-grnt_9-000000000001.jsonl"), "x".repeat(100_000));
		Map<String, String> contents = contents(archive(archived));
		try (OfflineAuditLog log = builder(this.next).maxTotalSize(6000).open()) {
			for (int i = 0; i < 30; i++) {
				append(log, 1);
				log.markSynchronized(log.headSequence());
			}
		}
		assertThat(contents(archive(archived))).isEqualTo(contents);
	}

	@Test
	void aNewChainBeginsWhereTheArchivedOneWas() throws IOException {
		leave(5);
		builder().archive();
		builder(this.next).begin();
		try (OfflineAuditLog log = builder(this.next).open()) {
			append(log, 3);
			assertKept(log, 1, 3);
		}
		assertThat(builder().archiveRetired().lastSequence()).isEqualTo(5);
		try (OfflineAuditLog log = builder(this.next).open()) {
			assertKept(log, 1, 3);
		}
	}

	@Test
	void anInterruptionWaitsUntilItIsOver() {
		leave(5);
		Thread.currentThread().interrupt();
		assertThat(builder().archive().lastSequence()).isEqualTo(5);
		assertThat(Thread.interrupted()).isTrue();
	}

	/**
	 * Writes a chain and closes it.
	 * @return the hash of its last entry
	 */
	private String leave(int entries) {
		try (OfflineAuditLog log = open()) {
			append(log, entries);
			return log.headHash();
		}
	}

	private String lock() {
		return "audit-" + GRANT + ".lock";
	}

	private Path archive(ArchivedChain archived) {
		return this.directory.resolve(archived.name());
	}

	static Map<String, String> contents(Path directory) throws IOException {
		Map<String, String> contents = new TreeMap<>();
		try (Stream<Path> files = Files.list(directory)) {
			files.filter(Files::isRegularFile).forEach((file) -> contents.put(name(file), read(file)));
		}
		return contents;
	}

	private static String name(Path file) {
		return file.getFileName().toString();
	}

	private static String read(Path file) {
		try {
			return Files.readString(file, StandardCharsets.ISO_8859_1);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String sha256(Path file) throws IOException {
		try (InputStream in = Files.newInputStream(file)) {
			return Sha256.hex(in);
		}
	}

	/**
	 * Lets the real command check the files, where there is one.
	 */
	private static void assertCommandAgrees(Path archive) throws Exception {
		if (Stream.of("/usr/bin/sha256sum", "/bin/sha256sum").map(Path::of).noneMatch(Files::isExecutable)) {
			return;
		}
		Process command = new ProcessBuilder(Arrays.asList("sha256sum", "--strict", "-c", "SHA256SUMS"))
			.directory(archive.toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(command.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(command.exitValue()).as(output).isZero();
	}

}
