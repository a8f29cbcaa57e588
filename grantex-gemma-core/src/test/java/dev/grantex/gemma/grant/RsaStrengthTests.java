package dev.grantex.gemma.grant;

import java.math.BigInteger;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class RsaStrengthTests {

	private static final BigInteger EXPONENT = BigInteger.valueOf(65537);

	private static final BigInteger MODULUS = mersenne(1279).multiply(mersenne(2203));

	@ParameterizedTest
	@ValueSource(ints = { 2048, 2049 })
	void takesTheKeysThatServicesHave(int bits) throws Exception {
		RSAKey key = new RSAKeyGenerator(bits).generate();
		assertThat(isSufficient(key.getModulus().decodeToBigInteger(), key.getPublicExponent().decodeToBigInteger()))
			.isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 5, 17, 65537 })
	void takesTheExponentsThatKeysHave(int exponent) {
		assertThat(RsaStrength.isUsual(MODULUS, BigInteger.valueOf(exponent))).isTrue();
	}

	@ParameterizedTest
	@ValueSource(ints = { -3, 0, 1, 2, 4, 65536, 65538 })
	void refusesAnExponentThatIsEvenOrTooSmall(int exponent) {
		assertThat(isSufficient(MODULUS, BigInteger.valueOf(exponent))).isFalse();
	}

	@Test
	void refusesAnExponentBeyondWhatKeysMayHave() {
		assertThat(RsaStrength.isUsual(MODULUS, mersenne(256))).isTrue();
		assertThat(isSufficient(MODULUS, mersenne(257))).isFalse();
		assertThat(isSufficient(MODULUS, MODULUS)).isFalse();
		assertThat(isSufficient(MODULUS, MODULUS.add(BigInteger.TWO))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "1279,2", "2203,2", "2203,3", "607,4", "521,5", "607,6", "607,7", "521,9", "127,17", "89,29", "61,41",
			"31,67", "19,131" })
	void refusesAModulusThatIsAPower(int bits, int degree) {
		assertThat(isSufficient(mersenne(bits).pow(degree), EXPONENT)).isFalse();
	}

	@Test
	void refusesAPowerOfANumberThatIsNoPrime() {
		assertThat(isSufficient(mersenne(607).multiply(mersenne(521)).pow(2), EXPONENT)).isFalse();
	}

	@Test
	void refusesAPrimeModulus() {
		assertThat(isSufficient(mersenne(2203), EXPONENT)).isFalse();
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 5, 251, 1021, 2039 })
	void refusesAModulusWithASmallFactor(int factor) {
		assertThat(isSufficient(mersenne(2203).multiply(BigInteger.valueOf(factor)), EXPONENT)).isFalse();
	}

	@Test
	void refusesAModulusThatIsTooShortTooLongOrNone() {
		assertThat(isSufficient(mersenne(521).multiply(mersenne(607)), EXPONENT)).isFalse();
		assertThat(isSufficient(mersenne(4253).multiply(mersenne(4423)), EXPONENT)).isFalse();
		assertThat(isSufficient(BigInteger.ZERO, EXPONENT)).isFalse();
		assertThat(isSufficient(MODULUS.negate(), EXPONENT)).isFalse();
	}

	private static boolean isSufficient(BigInteger modulus, BigInteger exponent) {
		return RsaStrength.isUsual(modulus, exponent) && RsaStrength.hidesFactors(modulus);
	}

	/** A number of so many bits that are all 1, prime for most of the sizes here. */
	private static BigInteger mersenne(int bits) {
		return BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
	}

}
