package dev.grantex.gemma.grant;

import java.math.BigInteger;

/**
 * Which RSA numbers can belong to a key that nobody but its owner signs with. What is
 * refused here is either no RSA key at all, or one whose private key follows from the
 * public one.
 */
final class RsaStrength {

	private static final int MIN_BITS = 2048;

	private static final int MAX_BITS = 8192;

	/** The largest that FIPS 186-5, section 5.4, allows. */
	private static final int MAX_EXPONENT_BITS = 256;

	private static final int LARGEST_SMALL_FACTOR = 2047;

	private static final int SMALL_FACTOR_BITS = 11;

	private static final int PRIME_CERTAINTY = 40;

	private static final int RESIDUES = 4;

	private RsaStrength() {
	}

	/**
	 * Whether size and exponent are those of a key in use. Quickly told.
	 */
	static boolean isUsual(BigInteger modulus, BigInteger exponent) {
		int bits = modulus.bitLength();
		return modulus.signum() > 0 && bits >= MIN_BITS && bits <= MAX_BITS && isExponent(exponent);
	}

	/**
	 * Whether the modulus hides its factors, as far as some milliseconds can tell.
	 */
	static boolean hidesFactors(BigInteger modulus) {
		return !hasSmallFactor(modulus) && !isPower(modulus) && !modulus.isProbablePrime(PRIME_CERTAINTY);
	}

	/** An even exponent has no inverse, and one of 1 leaves what is signed as it is. */
	private static boolean isExponent(BigInteger exponent) {
		return exponent.testBit(0) && exponent.compareTo(BigInteger.ONE) > 0
				&& exponent.bitLength() <= MAX_EXPONENT_BITS;
	}

	private static boolean hasSmallFactor(BigInteger modulus) {
		if (!modulus.testBit(0)) {
			return true;
		}
		for (int factor = 3; factor <= LARGEST_SMALL_FACTOR; factor += 2) {
			if (modulus.mod(BigInteger.valueOf(factor)).signum() == 0) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a number without small factors is the second or a higher power of another.
	 */
	private static boolean isPower(BigInteger number) {
		int highest = number.bitLength() / SMALL_FACTOR_BITS;
		for (BigInteger prime = BigInteger.TWO; prime.intValue() <= highest; prime = prime.nextProbablePrime()) {
			int degree = prime.intValue();
			if (leavesResidueOfPower(number, degree) && root(number, degree).pow(degree).equals(number)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Whether a number is a power as far as some small primes tell, by Euler's criterion.
	 * It spares nearly all numbers the roots, which take a hundred times as long.
	 */
	private static boolean leavesResidueOfPower(BigInteger number, int degree) {
		int residues = 0;
		for (int divisor = degree + 1; residues < RESIDUES; divisor += degree) {
			BigInteger prime = BigInteger.valueOf(divisor);
			if (prime.isProbablePrime(PRIME_CERTAINTY)) {
				BigInteger power = number.modPow(BigInteger.valueOf((divisor - 1) / degree), prime);
				if (power.signum() != 0 && !power.equals(BigInteger.ONE)) {
					return false;
				}
				residues++;
			}
		}
		return true;
	}

	/** The whole part of a root, by Newton's method from above. */
	private static BigInteger root(BigInteger number, int degree) {
		BigInteger next = BigInteger.ONE.shiftLeft(number.bitLength() / degree + 1);
		BigInteger root;
		do {
			root = next;
			next = root.multiply(BigInteger.valueOf(degree - 1L))
				.add(number.divide(root.pow(degree - 1)))
				.divide(BigInteger.valueOf(degree));
		}
		while (next.compareTo(root) < 0);
		return root;
	}

}
