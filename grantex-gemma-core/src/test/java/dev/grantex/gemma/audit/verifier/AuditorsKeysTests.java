package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

import dev.grantex.gemma.audit.AuditKeys;
import dev.grantex.gemma.audit.AuditVectors;
import dev.grantex.gemma.audit.TestChain;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.EncryptedFileBundleRepository;
import dev.grantex.gemma.bundle.OfflineAuditKey;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where {@link VerifierCommand} takes public keys from.
 */
class AuditorsKeysTests extends AuditorFixture {

	private static final String HEX_KEY = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

	private static final String X = Base64.getUrlEncoder()
		.withoutPadding()
		.encodeToString(AuditKeys.publicKey(TestChain.KEY.publicKey()).getEncoded());

	private static final String JWK = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + X + "\",\"use\":\"sig\"}";

	private static final String OTHER_JWK = "{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}";

	private Path log;

	@BeforeEach
	void writeALog() throws IOException {
		this.log = log("audit.jsonl", TestChain.of("g", 3).lines());
	}

	@Test
	void readsSeveralKeysInOnePemFile() throws IOException {
		Path keys = write("keys.pem", "# of the device\n" + AuditVectors.key("audit-py-key.json").publicKey() + "\r\n"
				+ TestChain.KEY.publicKey().replace("\n", "\r\n"));
		Outcome outcome = run("--json", "--public-key", keys, this.log);
		assertThat(outcome.code()).as(outcome.err()).isZero();
		assertThat(outcome.report().get("keys").size()).isEqualTo(2);
	}

	@Test
	void readsAJsonWebKeyAndAKeySet() throws IOException {
		for (String json : List.of(JWK, "{\"keys\":[" + OTHER_JWK + "," + JWK + "]}", "\n " + JWK + "\n")) {
			assertThat(run("--public-key", write("key.json", json), this.log).code()).as(json).isZero();
		}
	}

	@Test
	void aKeyInSeveralFormsIsOneKey() throws IOException {
		Outcome outcome = run("--json", "--public-key", this.key, "--public-key", write("k.json", JWK), this.log);
		assertThat(outcome.report().get("keys").size()).isOne();
		assertThat(outcome.report().get("keys").get(0).get("fingerprint").stringValue())
			.isEqualTo("dc7ef571545dff00a3d757690f3610650b7291fda6ed7adea8d40572acdc429e");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hello", "{", "{}", "[]", "{\"keys\":[]}", "{\"keys\":5}", OTHER_JWK,
			"{\"kty\":\"OKP\",\"crv\":\"Ed25519\"}", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"AA\"}",
			"{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"!\"}", "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":\"AA\"}",
			"-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----",
			"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----", "-----BEGIN PUBLIC KEY-----\nAA==" })
	void aFileWithoutAnEd25519KeyEndsWithTwo(String text) throws IOException {
		Outcome outcome = run("--public-key", write("bad", text), this.log);
		assertThat(outcome.code()).isEqualTo(2);
		assertThat(outcome.err()).contains("holds no Ed25519 public key");
	}

	@Test
	void aPrivateKeyIsRefusedAndNotShown() throws IOException {
		String pem = String.valueOf(TestChain.KEY.privateKey());
		Path jwk = write("jwk", "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + X + "\",\"d\":\"c2VjcmV0\"}");
		for (Path file : List.of(write("private.pem", TestChain.KEY.publicKey() + pem), jwk)) {
			Outcome outcome = run("--public-key", file, this.log);
			assertThat(outcome.code()).isEqualTo(2);
			assertThat(outcome.err()).contains("holds a private key").doesNotContain("c2VjcmV0", "MC4CAQ");
		}
	}

	@Test
	void aKeyFileThatIsBinaryOrHugeEndsWithTwo() throws IOException {
		Path binary = Files.write(this.directory.resolve("binary"), new byte[] { (byte) 0xff, 0, 1 });
		assertThat(run("--public-key", binary, this.log).err()).contains("is not text");
		Path huge = Files.write(this.directory.resolve("huge"), new byte[2_000_000]);
		assertThat(run("--public-key", huge, this.log).err()).contains("too large");
	}

	@Test
	void aBundleGivesAllItsKeysOlderOnesToo() throws IOException {
		OfflineAuditKey newer = AuditVectors.key("audit-py-key.json");
		Path bundle = this.directory.resolve("bundle.enc");
		EncryptedFileBundleRepository.withKey(bundle, HEX_KEY)
			.save(AuditVectors.withKey(AuditVectors.bundle(), newer)
				.withState(new BundleState(null, List.of(new AuditPublicKey(TestChain.KEY.publicKey(), 1),
						new AuditPublicKey(newer.publicKey(), 4)), false, null)));
		Path secret = write("secret", HEX_KEY + "\n");
		Outcome outcome = run("--json", "--bundle", bundle, "--bundle-key-file", secret, this.log);
		assertThat(outcome.code()).as(outcome.err()).isZero();
		assertThat(outcome.report().get("keys").size()).isEqualTo(2);
		assertThat(run("--bundle", bundle, "--bundle-key-file", secret, "--print-public-keys").out())
			.isEqualTo(TestChain.KEY.publicKey().strip() + "\n" + newer.publicKey().strip() + "\n");
	}

	@Test
	void theSecretMayComeFromTheEnvironment() throws IOException {
		Path bundle = vector("bundle-py.enc");
		this.environment.put(BundleKeys.KEY_VARIABLE, HEX_KEY);
		assertThat(run("--bundle", bundle, "--print-public-keys").code()).isZero();
		this.environment.put(BundleKeys.PASSPHRASE_VARIABLE, "x");
		assertThat(run("--bundle", bundle, "--print-public-keys").err()).startsWith("Both ");
		this.environment.remove(BundleKeys.KEY_VARIABLE);
		assertThat(run("--bundle", bundle, "--print-public-keys").err()).contains("could not be opened");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GRANTEX_GEMMA_BUNDLE_ENCRYPTIONKEY", "GRANTEX_GEMMA_BUNDLE_ENCRYPTION_KEY" })
	void takesBothSpellingsOfTheVariableWithoutTheEndOfALine(String variable) throws IOException {
		Path bundle = vector("bundle-py.enc");
		for (String end : List.of("", "\n", "\r\n")) {
			this.environment.put(variable, HEX_KEY + end);
			assertThat(run("--bundle", bundle, "--print-public-keys").code()).isZero();
		}
	}

	@Test
	void bothSpellingsMustNameTheSameKey() throws IOException {
		Path bundle = vector("bundle-py.enc");
		this.environment.put(BundleKeys.KEY_VARIABLE, HEX_KEY);
		this.environment.put(BundleKeys.DASHED_KEY_VARIABLE, HEX_KEY + "\n");
		assertThat(run("--bundle", bundle, "--print-public-keys").code()).isZero();
		this.environment.put(BundleKeys.DASHED_KEY_VARIABLE, "0".repeat(64));
		assertThat(run("--bundle", bundle, "--print-public-keys").err()).startsWith("Both ");
		this.environment.put(BundleKeys.KEY_VARIABLE, "\n");
		assertThat(run("--bundle", bundle, "--print-public-keys").err()).contains("could not be opened");
	}

	@Test
	void thePassphraseOfTheEnvironmentMayHaveTheEndOfALineOrNot() throws IOException {
		Path bundle = vector("bundle-ts-v1.enc");
		this.environment.put(BundleKeys.PASSPHRASE_VARIABLE, "correct horse battery staple\n");
		assertThat(run("--bundle", bundle, "--print-public-keys").code()).isZero();
		Path ended = this.directory.resolve("ended.enc");
		EncryptedFileBundleRepository.withPassphrase(ended, "p\n").save(AuditVectors.bundle());
		this.environment.put(BundleKeys.PASSPHRASE_VARIABLE, "p\n");
		assertThat(run("--bundle", ended, "--print-public-keys").code()).isZero();
	}

	@Test
	void aPassphraseFileMayEndWithANewline() throws IOException {
		Path bundle = vector("bundle-ts-v1.enc");
		for (String end : List.of("", "\n", "\r\n")) {
			Path secret = write("secret", "correct horse battery staple" + end);
			assertThat(run("--bundle", bundle, "--bundle-passphrase-file", secret, "--print-public-keys").code())
				.isZero();
		}
	}

	@Test
	void aBundleWithoutOrWithAWrongSecretEndsWithTwoAndSaysWhatToDo() throws IOException {
		Path bundle = vector("bundle-py.enc");
		assertThat(run("--bundle", bundle, this.log).err()).contains("--bundle-key-file", BundleKeys.KEY_VARIABLE);
		Outcome wrong = run("--bundle", bundle, "--bundle-key-file", write("s", "abc"), this.log);
		assertThat(wrong.code()).isEqualTo(2);
		assertThat(wrong.err()).contains("64 hexadecimal digits").doesNotContain("abc");
		assertThat(run("--bundle", this.directory.resolve("none"), "--bundle-key-file", write("s", HEX_KEY), this.log)
			.code()).isEqualTo(2);
		assertThat(run("--bundle", bundle, "--bundle-key-file", write("s", "0".repeat(64)), this.log).err())
			.contains("could not be opened");
	}

	private Path vector(String name) throws IOException {
		try (var in = AuditVectors.class.getResourceAsStream("/vectors/" + name)) {
			return Files.write(this.directory.resolve(name), in.readAllBytes());
		}
	}

}
