package dev.grantex.gemma.grant;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;
import java.util.Random;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class Rs256KeyTests {

	private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

	@ParameterizedTest
	@ValueSource(ints = { 2048, 2049, 2055, 3072 })
	void agreesWithThePlatformOnKeysOfEveryLength(int bits) throws Exception {
		RSAKey pair = new RSAKeyGenerator(bits).keyID("key").generate();
		Rs256Key key = new Rs256Key(PublishedKey.read(pair.toPublicJWK().toJSONObject()), false);
		byte[] signature = sign("SHA256withRSA", pair.toPrivateKey());
		assertThat(key.verify(MESSAGE, signature)).isTrue();
		assertThat(key.verify(new byte[0], signature)).isFalse();
		assertThat(key.verify(MESSAGE, sign("SHA512withRSA", pair.toPrivateKey()))).isFalse();
		assertThat(key.verify(MESSAGE, new byte[0])).isFalse();
		assertThat(key.verify(MESSAGE, new byte[signature.length])).isFalse();
		for (int index = 0; index < signature.length; index++) {
			byte[] damaged = signature.clone();
			damaged[index] ^= 1;
			assertThat(key.verify(MESSAGE, damaged)).isFalse();
		}
	}

	@Test
	void verifiesAlsoWithAKeyThatThePlatformRefuses() throws Exception {
		BigInteger p = BigInteger.probablePrime(1600, new Random(1));
		BigInteger q = BigInteger.probablePrime(1600, new Random(2));
		BigInteger modulus = p.multiply(q);
		BigInteger exponent = BigInteger.ONE.shiftLeft(80).add(BigInteger.ONE).nextProbablePrime();
		BigInteger secret = exponent.modInverse(p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE)));
		assertThatExceptionOfType(InvalidKeySpecException.class)
			.isThrownBy(() -> KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)));
		Rs256Key key = new Rs256Key(new PublishedKey("key", modulus, exponent, null, null, false), false);
		byte[] digest = MessageDigest.getInstance("SHA-256").digest(MESSAGE);
		byte[] encoded = HexFormat.of()
			.parseHex("01" + "ff".repeat(400 - 3 - 19 - 32) + "00" + "3031300d060960864801650304020105000420"
					+ HexFormat.of().formatHex(digest));
		byte[] number = new BigInteger(1, encoded).modPow(secret, modulus).toByteArray();
		byte[] signature = new byte[400];
		int length = Math.min(number.length, signature.length);
		System.arraycopy(number, number.length - length, signature, signature.length - length, length);
		for (int time = 0; time < 3; time++) {
			assertThat(key.verify(MESSAGE, signature)).isTrue();
			assertThat(key.verify(new byte[0], signature)).isFalse();
		}
	}

	private static byte[] sign(String algorithm, PrivateKey key) throws Exception {
		Signature signature = Signature.getInstance(algorithm);
		signature.initSign(key);
		signature.update(MESSAGE);
		return signature.sign();
	}

}
