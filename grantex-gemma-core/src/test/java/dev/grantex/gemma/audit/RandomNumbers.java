package dev.grantex.gemma.audit;

import java.util.SplittableRandom;

/**
 * Finite doubles of every size, of few and of many digits.
 */
final class RandomNumbers {

	private static final double[] POWERS_OF_TEN = new double[633];

	static {
		for (int i = 0; i < POWERS_OF_TEN.length; i++) {
			POWERS_OF_TEN[i] = Double.parseDouble("1e" + (i - 324));
		}
	}

	private final SplittableRandom random;

	RandomNumbers(long seed) {
		this.random = new SplittableRandom(seed);
	}

	double next() {
		double value = switch (this.random.nextInt(8)) {
			case 0 -> this.random.nextInt(100_000) * POWERS_OF_TEN[this.random.nextInt(POWERS_OF_TEN.length)];
			case 1 -> nearby(Math.scalb(1.0, this.random.nextInt(-1074, 1024)));
			case 2 -> nearby(POWERS_OF_TEN[this.random.nextInt(POWERS_OF_TEN.length)]);
			case 3 -> Double.longBitsToDouble(this.random.nextLong() >>> (12 + this.random.nextInt(50)));
			case 4 -> this.random.nextLong() >> this.random.nextInt(64);
			case 5 -> this.random.nextInt(1_000_000_000) / POWERS_OF_TEN[324 + this.random.nextInt(12)];
			default -> Double.longBitsToDouble(this.random.nextLong());
		};
		return Double.isFinite(value) ? value : this.random.nextDouble();
	}

	private double nearby(double value) {
		return Double.longBitsToDouble(Double.doubleToLongBits(value) + this.random.nextInt(-8, 9));
	}

}
