package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.BundleTamperedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link BundleReader}.
 */
class BundleReaderTests {

	private static final String HEX_KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	@TempDir
	Path directory;

	private Path copy(String vector) throws IOException {
		try (var in = BundleReaderTests.class.getResourceAsStream("/vectors/" + vector)) {
			return Files.write(this.directory.resolve("bundle.enc"), in.readAllBytes());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "bundle-ts-v1.enc", "bundle-ts-legacy.enc" })
	void readsEveryFormatOfAPassphraseAndWritesNothing(String vector) throws IOException {
		Path file = copy(vector);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
		FileTime before = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));
		Files.setLastModifiedTime(file, before);
		byte[] bytes = Files.readAllBytes(file);
		ConsentBundle bundle = BundleReader.withPassphrase("correct horse battery staple").read(file);
		assertThat(bundle.bundleId()).isEqualTo("bundle_01HXYZ123ABCDEF456GHJKMNPQ");
		assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
		assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
		assertThat(this.directory).isDirectoryNotContaining((other) -> !other.equals(file));
	}

	@Test
	void readsACopyBehindALinkThatOthersMayWrite() throws IOException {
		Path file = copy("bundle-py.enc");
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
		Path link = Files.createSymbolicLink(this.directory.resolve("link.enc"), file);
		assertThat(BundleReader.withKey(HEX_KEY).read(link).bundleId()).isEqualTo("bundle_01HXYZ123ABCDEF456GHJKMNPQ");
	}

	@Test
	void refusesAnotherSecretAndDamagedFiles() throws IOException {
		Path file = copy("bundle-py.enc");
		assertThatExceptionOfType(BundleTamperedException.class)
			.isThrownBy(() -> BundleReader.withKey("0".repeat(64)).read(file));
		for (String damaged : new String[] { "empty-file.enc", "plain-json.enc", "py-tag-flipped.enc" }) {
			Path copy = copy("bundle-negative/" + damaged);
			assertThatExceptionOfType(BundleTamperedException.class)
				.isThrownBy(() -> BundleReader.withKey(HEX_KEY).read(copy));
		}
	}

	@Test
	void refusesAFileThatIsLargerThanAnyBundle() throws IOException {
		Path file = Files.write(this.directory.resolve("huge"), new byte[BundleReader.MAX_BYTES + 1]);
		assertThatExceptionOfType(BundleTamperedException.class)
			.isThrownBy(() -> BundleReader.withKey(HEX_KEY).read(file))
			.withMessageContaining("larger");
	}

	@Test
	void tellsAMissingFileFromADamagedOne() {
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> BundleReader.withKey(HEX_KEY).read(this.directory.resolve("none")));
	}

	@Test
	void refusesSecretsThatCannotBeOnes() {
		assertThatExceptionOfType(InvalidBundleKeyException.class).isThrownBy(() -> BundleReader.withKey("abc"));
		assertThatExceptionOfType(InvalidBundleKeyException.class).isThrownBy(() -> BundleReader.withPassphrase(""));
	}

}
