package dev.grantex.gemma.bundle;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import javax.crypto.SecretKey;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whether damage to any byte of a file is noticed.
 */
class BundleFileFormatTests {

	private static final BundleSecret KEY = BundleSecret
		.ofHexKey("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff");

	private static final BundleSecret PASSPHRASE = BundleSecret.ofPassphrase("correct horse battery staple");

	@Test
	void noticesDamageToAnyBitOfAPythonFile() {
		byte[] good = BundleVectors.bytes("bundle-py.enc");
		for (int index = 0; index < good.length; index++) {
			for (int bit = 0; bit < 8; bit++) {
				assertRefused(good, index, bit, KEY);
			}
		}
	}

	@Test
	void noticesDamageToAnyBitOfATypeScriptFile() {
		byte[] good = BundleVectors.bytes("bundle-ts-v1.enc");
		for (int index = 0; index < good.length; index++) {
			for (int bit = 0; bit < 8; bit++) {
				boolean salt = index >= 5 && index <= 20;
				if (!salt || (index + bit) % 40 == 20) {
					assertRefused(good, index, bit, PASSPHRASE);
				}
			}
		}
	}

	@Test
	void noticesDamageToAnyBitOfALegacyFile() {
		byte[] good = BundleVectors.bytes("bundle-ts-legacy.enc");
		for (int index = 0; index < good.length; index++) {
			for (int bit = 0; bit < 8; bit++) {
				assertRefused(good, index, bit, PASSPHRASE);
			}
		}
	}

	@Test
	void takesAPythonFileForWhatItIsAlsoWhenItBeginsWithTheMagicOfTheOther() {
		SecretKey key = KEY.rawKey();
		byte[] nonce = HexFormat.of().parseHex("1935c1112233445566778899");
		byte[] file = BundleFileFormat.encryptPython(key, nonce, "{}".getBytes(StandardCharsets.US_ASCII));
		assertThat(new String(file, StandardCharsets.US_ASCII)).startsWith("GTXB");
		assertThat(BundleFileFormat.of(file)).isEqualTo(BundleFileFormat.PYTHON);
		assertThat(BundleFileFormat.PYTHON.decrypt(file, KEY)).asString().isEqualTo("{}");
	}

	private static void assertRefused(byte[] good, int index, int bit, BundleSecret secret) {
		byte[] damaged = good.clone();
		damaged[index] ^= (byte) (1 << bit);
		assertThat(BundleFileFormat.of(damaged).decrypt(damaged, secret)).as("byte %d, bit %d", index, bit).isNull();
	}

}
