package dev.grantex.gemma.grant;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.Signature;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

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

	private static byte[] sign(String algorithm, PrivateKey key) throws Exception {
		Signature signature = Signature.getInstance(algorithm);
		signature.initSign(key);
		signature.update(MESSAGE);
		return signature.sign();
	}

}
