package dev.grantex.gemma.audit.json;

import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EcmaNumber}. The expected texts are V8's; the others are found by the
 * simulator from exact decimals.
 */
class EcmaNumberTests {

	@ParameterizedTest
	@CsvSource({ "1e-315,1e-315", "1e-314,1e-314", "1e-320,1e-320", "5e-324,5e-324", "1e-323,1e-323",
			"1.5e-323,1.5e-323", "4.4e-323,4.4e-323", "5e-323,5e-323", "1e-322,1e-322", "4.9e-322,4.9e-322",
			"2.2250738585072014e-308,2.2250738585072014e-308", "2.225073858507201e-308,2.225073858507201e-308",
			"1.7976931348623157e308,1.7976931348623157e+308", "1e21,1e+21", "1e23,1e+23",
			"999999999999999900000,999999999999999900000", "123456789012345680000,123456789012345680000",
			"0.000001,0.000001", "1.5e-7,1.5e-7", "9007199254740993,9007199254740992", "4.35,4.35", "-0,0",
			"-1e-315,-1e-315", "100,100" })
	void writesWhatEcmaScriptWrites(String text, String written) {
		assertThat(EcmaNumber.write(Double.parseDouble(text))).isEqualTo(written);
		assertThat(CanonicalJson.canonicalize("[" + text + "]")).isEqualTo("[" + written + "]");
		assertThat(dev.grantex.simulator.EcmaNumber.write(Double.parseDouble(text))).isEqualTo(written);
	}

	@Test
	void writesNumbersAroundEveryPowerOfTwo() {
		check(IntStream.rangeClosed(-1074, 1023).mapToDouble((exponent) -> Math.scalb(1.0, exponent)));
	}

	@Test
	void writesNumbersAroundEveryPowerOfTen() {
		check(IntStream.rangeClosed(-324, 308).mapToDouble((exponent) -> Double.parseDouble("1e" + exponent)));
	}

	@Test
	void writesTheSmallestNumbers() {
		LongStream.rangeClosed(0, 500).mapToDouble(Double::longBitsToDouble).forEach(EcmaNumberTests::check);
		check(DoubleStream.of(Double.MIN_NORMAL, Double.MAX_VALUE, Double.POSITIVE_INFINITY, Double.NaN));
	}

	@Test
	void writesRandomNumbers() {
		new Random(2026).longs(500).mapToDouble(Double::longBitsToDouble).forEach(EcmaNumberTests::check);
		new Random(2026).doubles(1000).forEach(EcmaNumberTests::check);
		new Random(2026).longs(500)
			.mapToDouble((bits) -> Double.longBitsToDouble(bits >>> 12))
			.forEach(EcmaNumberTests::check);
	}

	private static void check(DoubleStream values) {
		values.flatMap((value) -> DoubleStream.of(Math.nextDown(value), value, Math.nextUp(value)))
			.forEach(EcmaNumberTests::check);
	}

	private static void check(double value) {
		assertThat(EcmaNumber.write(value)).isEqualTo(dev.grantex.simulator.EcmaNumber.write(value));
	}

}
