package dev.grantex.gemma.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.BundleTamperedException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Every encrypted bundle of the vectors. Repositories are shared, so that a key is
 * derived only once for each salt.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BundleVectorsTests {

	@TempDir
	static Path directory;

	private final Map<String, BundleRepository> repositories = new HashMap<>();

	static List<JsonNode> positive() {
		return BundleVectors.manifest("positive");
	}

	static List<JsonNode> negative() {
		return BundleVectors.manifest("negative");
	}

	@Test
	void noVectorIsLost() {
		assertThat(positive()).hasSize(9);
		assertThat(negative()).hasSize(51);
	}

	@ParameterizedTest
	@MethodSource("positive")
	void opensEveryFormat(JsonNode vector) throws IOException {
		place(vector);
		assertThat(repository(vector).load()).contains(ConsentBundle.parse(vector.get("plaintext").stringValue()));
	}

	@ParameterizedTest
	@MethodSource("positive")
	void storesWhatItOpensSoThatEveryoneCanOpenIt(JsonNode vector) throws Exception {
		place(vector);
		ConsentBundle bundle = repository(vector).load().orElseThrow();
		repository(vector).delete();
		repository(vector).save(bundle);
		assertThat(repository(vector).load()).contains(bundle);
		byte[] stored = Files.readAllBytes(file());
		String plaintext = (vector.get("hexKey") != null)
				? IndependentDecryption.python(stored, vector.get("hexKey").stringValue())
				: IndependentDecryption.gtxb(stored, vector.get("passphrase").stringValue());
		assertThat(ConsentBundle.parse(plaintext)).isEqualTo(bundle);
	}

	@ParameterizedTest
	@MethodSource("negative")
	void refusesEverythingElse(JsonNode vector) throws IOException {
		if (vector.get("file").stringValue().equals("no-such-file.enc")) {
			Files.deleteIfExists(file());
			assertThat(repository(vector).load()).isEmpty();
		}
		else if (isUnusable(vector)) {
			assertThatExceptionOfType(InvalidBundleKeyException.class).isThrownBy(() -> repository(vector));
		}
		else {
			byte[] content = place(vector);
			assertThatExceptionOfType(BundleTamperedException.class).isThrownBy(() -> repository(vector).load());
			assertThat(file()).hasBinaryContent(content);
		}
	}

	private boolean isUnusable(JsonNode vector) {
		JsonNode hexKey = vector.get("hexKey");
		return (hexKey != null) ? hexKey.stringValue().length() != 64 || hexKey.stringValue().startsWith("zz")
				: vector.get("passphrase").stringValue().isEmpty();
	}

	private Path file() {
		return directory.resolve("bundle.enc");
	}

	private byte[] place(JsonNode vector) throws IOException {
		byte[] content = BundleVectors.bytes(vector.get("file").stringValue());
		Files.deleteIfExists(file());
		Files.write(file(), content);
		Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
		return content;
	}

	private BundleRepository repository(JsonNode vector) {
		if (vector.get("hexKey") != null) {
			String key = vector.get("hexKey").stringValue();
			return this.repositories.computeIfAbsent("key " + key,
					(unused) -> EncryptedFileBundleRepository.withKey(file(), key));
		}
		String passphrase = vector.get("passphrase").stringValue();
		return this.repositories.computeIfAbsent("passphrase " + passphrase,
				(unused) -> EncryptedFileBundleRepository.withPassphrase(file(), passphrase));
	}

}
