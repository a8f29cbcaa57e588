package dev.grantex.gemma.audit.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link VerifierCommand} says of logs, seals and keys that were packed, encoded
 * anew or mistaken on their way: that it could not read them, and why.
 */
class AlteredCopyTests extends AuditorFixture {

	private static final String HEX_KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	private final String log = String.join("\n", TestChain.of("g", 3).lines()) + "\n";

	@Test
	void aPackedLogIsNamed() throws IOException {
		ByteArrayOutputStream packed = new ByteArrayOutputStream();
		try (OutputStream gzip = new GZIPOutputStream(packed)) {
			gzip.write(this.log.getBytes(StandardCharsets.UTF_8));
		}
		assertNamed(packed.toByteArray(), "is packed (gzip): unpack it first.");
	}

	@ParameterizedTest
	@CsvSource({ "504b0304,zip", "504b0506,zip", "28b52ffd,zstd", "fd377a585a00,xz", "425a6839,bzip2", "04224d18,lz4",
			"377abcaf271c,7z" })
	void otherPackedFormatsAreNamed(String beginning, String format) throws IOException {
		assertNamed(HexFormat.of().parseHex(beginning + "0a0a"), "is packed (" + format + ")");
	}

	@Test
	void aTarArchiveIsNamed() throws IOException {
		byte[] archive = new byte[512];
		System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, archive, 257, 5);
		assertNamed(archive, "is a tar archive");
	}

	@ParameterizedTest
	@CsvSource({ "UTF-16,UTF-16", "UTF-16LE,UTF-16", "UTF-16BE,UTF-16" })
	void aLogInAnotherEncodingIsNamed(String charset, String named) throws IOException {
		assertNamed(this.log.getBytes(Charset.forName(charset)), "is in " + named);
	}

	@Test
	void aByteOrderMarkIsNamed() throws IOException {
		for (String text : List.of(this.log, "")) {
			assertNamed(("\uFEFF" + text).getBytes(StandardCharsets.UTF_8), "begins with a byte order mark");
		}
		for (String charset : List.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE")) {
			assertNamed(("\uFEFF" + this.log).getBytes(Charset.forName(charset)),
					"is in " + charset.substring(0, charset.length() - 2));
		}
	}

	@Test
	void lineEndsOfCarriageReturnsAloneAreNamed() throws IOException {
		assertNamed(this.log.replace('\n', '\r').getBytes(StandardCharsets.UTF_8), "has line ends of carriage returns");
	}

	@Test
	void linesWithCarriageReturnsBeforeTheirEndsStillProveWhatWasSigned() throws IOException {
		Outcome outcome = verify(write("audit.jsonl", this.log.replace("\n", "\r\n")));
		assertThat(outcome.code()).isZero();
		assertThat(outcome.chain().get("findings").toString()).contains("3");
	}

	@Test
	void aBundleOrASealInThePlaceOfALogIsNamed() throws IOException {
		assertNamed("GTXB\u0001".getBytes(StandardCharsets.ISO_8859_1), "is an encrypted bundle");
		assertNamed("{\"seal\":{}}".getBytes(StandardCharsets.US_ASCII), "is a seal: give it with --seal.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "\uFEFF{}", "{\"seal\":{}}\r\n" })
	void aConvertedSealIsNotTakenForADamagedOne(String content) throws IOException {
		Path file = write("audit.jsonl", this.log);
		Path seal = write("audit.seal", content);
		Outcome outcome = verify(file);
		assertThat(outcome.code()).isEqualTo(2);
		assertThat(outcome.err()).startsWith(seal + " ").contains("as the application wrote it");
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "UTF-16LE", "UTF-16BE" })
	void aKeyFileMayBeginWithAByteOrderMark(String charset) throws IOException {
		Path file = write("audit.jsonl", this.log);
		Path marked = this.directory.resolve("marked.pem");
		String key = "\uFEFF" + TestChain.KEY.publicKey().replace("\n", "\r\n");
		Files.write(marked, key.getBytes(Charset.forName(charset)));
		Outcome outcome = run("--public-key", marked, file);
		assertThat(outcome.code()).as(outcome.err()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-8", "UTF-16LE" })
	void theFileOfABundlesKeyMayBeginWithAByteOrderMark(String charset) throws IOException {
		Path bundle = this.directory.resolve("bundle.enc");
		EncryptedFileBundleRepository.withKey(bundle, HEX_KEY).save(AuditVectors.bundle());
		Path secret = Files.write(this.directory.resolve("secret"),
				("\uFEFF" + HEX_KEY + "\r\n").getBytes(Charset.forName(charset)));
		Outcome outcome = run("--bundle", bundle, "--bundle-key-file", secret, "--print-public-keys");
		assertThat(outcome.code()).as(outcome.err()).isZero();
	}

	@Test
	void packedKeysAndBundlesAreNamed() throws IOException {
		Path packed = Files.write(this.directory.resolve("packed"), HexFormat.of().parseHex("1f8b08000000"));
		Path file = write("audit.jsonl", this.log);
		assertThat(run("--public-key", packed, file).err()).contains("is packed (gzip)");
		this.environment.put(BundleKeys.KEY_VARIABLE, HEX_KEY);
		assertThat(run("--bundle", packed, file).err()).contains("is packed (gzip)");
	}

	private void assertNamed(byte[] content, String what) throws IOException {
		Path file = Files.write(this.directory.resolve("copy.jsonl"), content);
		Outcome outcome = verify(file);
		assertThat(outcome.code()).isEqualTo(2);
		assertThat(outcome.out()).isEmpty();
		assertThat(outcome.err()).startsWith(file + " " + what);
	}

}
