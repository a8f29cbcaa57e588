package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import dev.grantex.gemma.file.FileUnavailableException;
import dev.grantex.gemma.file.UnsafeFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.BundleTamperedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

class EncryptedFileBundleRepositoryTests {

	private static final String KEY = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

	private static final String OTHER_KEY = "f".repeat(64);

	private static final String PASSPHRASE = "correct horse battery staple";

	@TempDir
	Path temporary;

	@Test
	void loadsNothingWhereNothingIsStored() {
		assertThat(EncryptedFileBundleRepository.withKey(file(), KEY).load()).isEmpty();
	}

	@Test
	void writesWithAKeyWhatThePythonPackageReads() throws Exception {
		ConsentBundle bundle = withState(BundleVectors.bundle());
		EncryptedFileBundleRepository.withKey(file(), KEY).save(bundle);
		String plaintext = IndependentDecryption.python(Files.readAllBytes(file()), KEY);
		assertThat(ConsentBundle.parse(plaintext)).isEqualTo(bundle);
	}

	@Test
	void writesWithAPassphraseWhatTheTypeScriptPackageReads() throws Exception {
		ConsentBundle bundle = withState(BundleVectors.bundle());
		EncryptedFileBundleRepository.withPassphrase(file(), PASSPHRASE).save(bundle);
		String plaintext = IndependentDecryption.gtxb(Files.readAllBytes(file()), PASSPHRASE);
		assertThat(ConsentBundle.parse(plaintext)).isEqualTo(bundle);
	}

	@Test
	void opensAPassphraseFileWithAKeyOfTheSameText() throws Exception {
		String name = "bundle-ts-v1-hexkey.enc";
		String secret = "0123456789abcdef".repeat(4);
		place(BundleVectors.bytes(name));
		assertThat(EncryptedFileBundleRepository.withKey(file(), secret).load()).isPresent();
		assertThat(IndependentDecryption.python(Files.readAllBytes(file()), secret))
			.isEqualTo(BundleVectors.plaintext(name));
	}

	@Test
	void rewritesAFileOfAPreviousKeyUnderTheCurrentOne() throws Exception {
		EncryptedFileBundleRepository.withKey(file(), OTHER_KEY).save(BundleVectors.bundle());
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.builder(file())
			.key(KEY)
			.previousKeys("an old passphrase", OTHER_KEY)
			.build();
		assertThat(repository.load()).contains(BundleVectors.bundle());
		assertThat(EncryptedFileBundleRepository.withKey(file(), KEY).load()).contains(BundleVectors.bundle());
	}

	@Test
	void rewritesALegacyFileOfAPreviousPassphraseWithoutLosingUnknownMembers() throws Exception {
		place(BundleVectors.bytes("bundle-ts-legacy.enc"));
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.builder(file())
			.key(KEY)
			.previousKeys(PASSPHRASE)
			.build();
		assertThat(repository.load()).isPresent();
		assertThat(IndependentDecryption.python(Files.readAllBytes(file()), KEY))
			.isEqualTo(BundleVectors.plaintext("bundle-ts-legacy.enc"));
	}

	@Test
	void keepsTheSaltOfAFileItSavesAgain() throws Exception {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withPassphrase(file(), PASSPHRASE);
		repository.save(BundleVectors.bundle());
		byte[] first = Files.readAllBytes(file());
		repository.save(BundleVectors.bundle());
		byte[] second = Files.readAllBytes(file());
		assertThat(Arrays.copyOf(second, 21)).isEqualTo(Arrays.copyOf(first, 21));
		assertThat(Arrays.copyOfRange(second, 21, 33)).isNotEqualTo(Arrays.copyOfRange(first, 21, 33));
	}

	@Test
	void refusesAFileLargerThanAnyBundle() throws IOException {
		place(new byte[5 * 1024 * 1024]);
		assertThatExceptionOfType(BundleTamperedException.class)
			.isThrownBy(() -> EncryptedFileBundleRepository.withKey(file(), KEY).load());
	}

	@Test
	void leavesAFileOfAnotherKeyAsItIs() throws IOException {
		EncryptedFileBundleRepository.withKey(file(), OTHER_KEY).save(BundleVectors.bundle());
		byte[] before = Files.readAllBytes(file());
		assertThatExceptionOfType(BundleTamperedException.class)
			.isThrownBy(() -> EncryptedFileBundleRepository.withKey(file(), KEY).load());
		assertThat(file()).hasBinaryContent(before);
	}

	@Test
	void saysThatAFileCannotBeReadInsteadOfCallingItMissing() throws IOException {
		Path inTheWay = Files.createFile(this.temporary.resolve("file"));
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(inTheWay.resolve("bundle.enc"),
				KEY);
		assertThatExceptionOfType(FileUnavailableException.class).isThrownBy(repository::load);
		assertThatExceptionOfType(FileUnavailableException.class)
			.isThrownBy(() -> repository.save(BundleVectors.bundle()));
	}

	@Test
	void createsFilesForTheOwnerOnlyAndLeavesNothingElseBehind() throws IOException {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		repository.save(BundleVectors.bundle());
		repository.save(BundleVectors.bundle());
		repository.retire(BundleVectors.bundle());
		assertThat(permissions(file().getParent())).isEqualTo("rwx------");
		assertThat(permissions(file())).isEqualTo("rw-------");
		assertThat(names()).containsExactlyInAnyOrder("bundle.enc",
				"bundle-" + BundleVectors.bundle().bundleId() + ".enc");
	}

	@Test
	void tightensTheFileOfAnotherPackage() throws IOException {
		place(BundleVectors.bytes("bundle-py.enc"));
		Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
		assertThat(EncryptedFileBundleRepository.withKey(file(), KEY).load()).isPresent();
		assertThat(permissions(file())).isEqualTo("rw-------");
	}

	@Test
	void refusesAFileThatIsASymbolicLink() throws IOException {
		Path target = this.temporary.resolve("elsewhere");
		EncryptedFileBundleRepository.withKey(target, KEY).save(BundleVectors.bundle());
		Files.createDirectories(file().getParent());
		Files.createSymbolicLink(file(), target);
		assertUnsafe("symbolic link");
		assertThat(Files.isSymbolicLink(file())).isTrue();
	}

	@Test
	void refusesADanglingSymbolicLink() throws IOException {
		Files.createDirectories(file().getParent());
		Files.createSymbolicLink(file(), this.temporary.resolve("nowhere"));
		assertUnsafe("symbolic link");
	}

	@Test
	void refusesAFileWithFurtherHardLinks() throws IOException {
		EncryptedFileBundleRepository.withKey(file(), KEY).save(BundleVectors.bundle());
		Files.createLink(this.temporary.resolve("second"), file());
		assertUnsafe("hard links");
	}

	@ParameterizedTest
	@ValueSource(strings = { "rw--w--w-", "rw-----w-" })
	void refusesAFileThatOthersMayWrite(String permissions) throws IOException {
		EncryptedFileBundleRepository.withKey(file(), KEY).save(BundleVectors.bundle());
		Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(permissions));
		assertUnsafe("chmod 600");
	}

	@Test
	void refusesADirectoryInTheFilesPlace() throws IOException {
		Files.createDirectories(file());
		assertUnsafe("something else");
	}

	@Test
	void keepsReplacedBundlesUntilTheyAreDeletedOldestFirst() {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		ConsentBundle younger = checkpointAt(BundleVectors.bundle("bundle_A"), 2);
		ConsentBundle older = checkpointAt(BundleVectors.bundle("bundle_B"), 1);
		repository.save(BundleVectors.bundle("bundle_C"));
		repository.retire(younger);
		repository.retire(older);
		assertThat(repository.loadRetired()).containsExactly(older, younger);
		repository.deleteRetired("bundle_B");
		repository.deleteRetired("bundle_B");
		assertThat(repository.loadRetired()).containsExactly(younger);
		assertThat(repository.load()).contains(BundleVectors.bundle("bundle_C"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "../../escaped", "a/b", "..", "", "bundle_\u00e9\ud83d\ude00", "nul\u0000", "x.enc" })
	void keepsABundleWithAHostileIdInsideTheDirectory(String id) throws IOException {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		repository.retire(BundleVectors.bundle(id));
		assertThat(repository.loadRetired()).containsExactly(BundleVectors.bundle(id));
		assertThat(names()).singleElement().asString().matches("bundle-sha256-[0-9a-f]{64}\\.enc");
		repository.deleteRetired(id);
		assertThat(names()).isEmpty();
	}

	@Test
	void doesNotTakeACopyUnderAnotherNameForARetiredBundle() throws IOException {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		repository.save(BundleVectors.bundle());
		Files.copy(file(), file().resolveSibling("bundle-backup.enc"));
		assertThat(repository.loadRetired()).isEmpty();
	}

	@Test
	void saysThatARetiredBundleIsDamaged() throws IOException {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		repository.retire(BundleVectors.bundle("bundle_A"));
		Files.writeString(file().resolveSibling("bundle-bundle_A.enc"), "damaged");
		assertThatExceptionOfType(BundleTamperedException.class).isThrownBy(repository::loadRetired);
	}

	@Test
	void findsNoRetiredBundlesWhereNothingWasEverStored() {
		assertThat(EncryptedFileBundleRepository.withKey(file(), KEY).loadRetired()).isEmpty();
	}

	@Test
	void deletesWithWhatACrashLeftBehind() throws IOException {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		repository.delete();
		repository.save(BundleVectors.bundle());
		Files.copy(file(), file().resolveSibling(".bundle.enc.0.tmp"));
		repository.delete();
		assertThat(names()).isEmpty();
		assertThat(repository.load()).isEmpty();
	}

	@Test
	void savesAndLoadsOnAnInterruptedThread() {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		Thread.currentThread().interrupt();
		repository.save(BundleVectors.bundle());
		assertThat(repository.load()).isPresent();
		assertThat(Thread.interrupted()).isTrue();
	}

	@Test
	void readersSeeOneOrTheOtherWhileWritersReplace() throws Exception {
		List<ConsentBundle> bundles = List.of(BundleVectors.bundle("bundle_A"), BundleVectors.bundle("bundle_B"));
		EncryptedFileBundleRepository.withKey(file(), KEY).save(bundles.get(0));
		List<Callable<Boolean>> tasks = new ArrayList<>();
		for (int task = 0; task < 8; task++) {
			EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
			ConsentBundle bundle = bundles.get(task % 2);
			boolean writes = task == 0;
			tasks.add(() -> {
				for (int round = 0; round < 50; round++) {
					if (writes) {
						repository.save(bundles.get(round % 2));
					}
					if (!bundles.contains(repository.load().orElseThrow())) {
						return false;
					}
				}
				return bundles.contains(bundle);
			});
		}
		ExecutorService executor = Executors.newFixedThreadPool(tasks.size());
		try {
			for (Future<Boolean> outcome : executor.invokeAll(tasks)) {
				assertThat(outcome.get()).isTrue();
			}
		}
		finally {
			executor.shutdownNow();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "abc", "zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
			" 0112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
			"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n" })
	void refusesAnUnusableKeyWithoutRepeatingIt(String key) {
		assertThatExceptionOfType(InvalidBundleKeyException.class)
			.isThrownBy(() -> EncryptedFileBundleRepository.withKey(file(), key))
			.withMessageContaining("openssl rand -hex 32")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("aabbcc", "abc"));
	}

	@Test
	void needsExactlyOneSecret() {
		EncryptedFileBundleRepository.Builder builder = EncryptedFileBundleRepository.builder(file());
		assertThatExceptionOfType(InvalidBundleKeyException.class).isThrownBy(builder::build);
		assertThatExceptionOfType(InvalidBundleKeyException.class)
			.isThrownBy(() -> builder.key(KEY).passphrase(PASSPHRASE));
		assertThatExceptionOfType(InvalidBundleKeyException.class).isThrownBy(() -> builder.previousKeys(""));
		assertThatNullPointerException().isThrownBy(() -> EncryptedFileBundleRepository.withKey(file(), null));
	}

	@Test
	void neverPrintsSecrets() {
		ConsentBundle bundle = BundleVectors.bundle();
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.builder(file())
			.key(KEY)
			.previousKeys(PASSPHRASE)
			.build();
		repository.save(bundle);
		String printed = bundle + " " + bundle.jwksSnapshot() + " " + bundle.offlineAuditKey() + " " + repository + " "
				+ BundleSecret.ofHexKey(KEY) + " " + BundleSecret.ofPassphrase(PASSPHRASE);
		assertThat(printed).doesNotContain(KEY, PASSPHRASE, bundle.grantToken().substring(0, 20), "PRIVATE KEY",
				"MC4CAQ");
	}

	private void assertUnsafe(String hint) {
		EncryptedFileBundleRepository repository = EncryptedFileBundleRepository.withKey(file(), KEY);
		assertThatExceptionOfType(UnsafeFileException.class).isThrownBy(repository::load).withMessageContaining(hint);
		assertThatExceptionOfType(UnsafeFileException.class).isThrownBy(() -> repository.save(BundleVectors.bundle()))
			.withMessageContaining(hint);
	}

	private Path file() {
		return this.temporary.resolve("state/bundle.enc");
	}

	private void place(byte[] content) throws IOException {
		if (!Files.exists(file())) {
			Files.createDirectories(file().getParent());
			Files.createFile(file());
			Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
		}
		Files.write(file(), content);
	}

	private List<String> names() throws IOException {
		try (Stream<Path> files = Files.list(file().getParent())) {
			return files.map((path) -> path.getFileName().toString()).toList();
		}
	}

	private static String permissions(Path path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
	}

	private static ConsentBundle withState(ConsentBundle bundle) {
		BundleRequest request = new BundleRequest("ag_1", "user_1", List.of("read:contacts"), "72h", "device", null);
		return bundle.withState(new BundleState(request,
				List.of(new AuditPublicKey("first", 1), new AuditPublicKey("second", 1L << 40)), true,
				new Revocation(Instant.parse("2026-11-21T18:00:00.123Z"), true),
				new Stranding(StrandingReason.FORKED, Instant.parse("2026-11-21T18:00:01Z"), 1L << 41),
				new Predecessor("cb_0", StrandingReason.ENTRY_REFUSED, 7, "07", 9, "09", "archive/cb_0", "ab"),
				List.of(Instant.parse("2026-11-21T17:00:00Z"), Instant.parse("2026-11-21T17:30:00.5Z"))));
	}

	private static ConsentBundle checkpointAt(ConsentBundle bundle, long second) {
		return new ConsentBundle(bundle.bundleId(), bundle.grantToken(), bundle.jwksSnapshot(),
				bundle.offlineAuditKey(), Instant.ofEpochSecond(second), bundle.syncEndpoint(),
				bundle.offlineExpiresAt());
	}

}
