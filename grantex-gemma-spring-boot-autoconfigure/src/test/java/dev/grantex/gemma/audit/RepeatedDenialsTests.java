package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.grantex.gemma.audit.RepeatedDenials.Counted;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which denials are told one by one and which are counted.
 */
class RepeatedDenialsTests {

	private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

	private static final Duration MINUTE = Duration.ofMinutes(1);

	private static final DenialKind KIND = kind("a", "user_1");

	private final RepeatedDenials denials = new RepeatedDenials();

	@Test
	void theFirstTenAreDistinctAndTheOthersCounted() {
		assertThat(distinct(KIND, 10_000, NOW)).isEqualTo(10);
		assertThat(this.denials.takeEnded(NOW.plus(MINUTE))).containsExactly(new Counted(KIND, 9_990));
		assertThat(this.denials.hasCounted()).isFalse();
	}

	@Test
	void tenAreNotCounted() {
		distinct(KIND, 10, NOW);
		assertThat(this.denials.hasCounted()).isFalse();
		assertThat(this.denials.close()).isEmpty();
	}

	@Test
	void afterAMinuteTenMoreAreDistinct() {
		distinct(KIND, 12, NOW);
		assertThat(this.denials.takeEnded(NOW.plus(MINUTE))).containsExactly(new Counted(KIND, 2));
		assertThat(distinct(KIND, 12, NOW.plus(MINUTE))).isEqualTo(10);
	}

	@ParameterizedTest
	@CsvSource({ "PT59.999S,false", "PT1M,true", "PT-1S,false", "PT-59.999S,false", "PT-1M,true", "P365000D,true",
			"P-365000D,true" })
	void aMinuteIsOverWhenTheClockSaysSoOrHasJumped(Duration step, boolean over) {
		distinct(KIND, 11, NOW);
		assertThat(this.denials.takeEnded(NOW.plus(step))).hasSize(over ? 1 : 0);
	}

	@Test
	void theClockMayStandAnywhere() {
		for (Instant now : List.of(Instant.MIN, Instant.MAX, Instant.MIN, NOW, Instant.MIN)) {
			this.denials.takeEnded(now);
			assertThat(distinct(KIND, 11, now)).isEqualTo(10);
		}
		assertThat(this.denials.close()).containsExactly(new Counted(KIND, 1));
	}

	@Test
	void whatIsPutBackIsCountedOnce() {
		distinct(KIND, 15, NOW);
		List<Counted> taken = this.denials.takeEnded(NOW.plus(MINUTE));
		distinct(KIND, 3, NOW.plus(MINUTE));
		this.denials.putBack(taken, NOW.plus(MINUTE));
		assertThat(distinct(KIND, 8, NOW.plus(MINUTE))).isEqualTo(7);
		assertThat(this.denials.close()).containsExactly(new Counted(KIND, 6));
	}

	@Test
	void nothingIsCountedAfterTheEnd() {
		distinct(KIND, 11, NOW);
		assertThat(this.denials.close()).containsExactly(new Counted(KIND, 1));
		assertThat(distinct(KIND, 100, NOW)).isEqualTo(100);
		assertThat(this.denials.close()).isEmpty();
	}

	@Test
	void moreCallersThanCanBeToldApartAreCountedTogether() {
		int distinct = IntStream.range(0, 5_000).map((i) -> distinct(kind("a", "user_" + i), 1, NOW)).sum();
		assertThat(distinct).isEqualTo(1_010);
		assertThat(this.denials.close()).containsExactly(new Counted(KIND.ofAnyCaller(), 3_990));
	}

	@Test
	void moreKindsThanCanBeToldApartAreCountedTogether() {
		int distinct = IntStream.range(0, 5_000).map((i) -> distinct(kind("a" + i, "user_1"), 1, NOW)).sum();
		assertThat(distinct).isEqualTo(2_010);
		assertThat(this.denials.close()).containsExactly(new Counted(DenialKind.ANY, 2_990));
	}

	@Test
	void largeFactsTakeNoMoreMemoryThanSmallOnes() {
		String large = "x".repeat(60_000);
		int distinct = IntStream.range(0, 100)
			.map((i) -> distinct(new DenialKind("a", Map.of(), Map.of("reason", large + i)), 1, NOW))
			.sum();
		assertThat(distinct).isLessThan(30);
		assertThat(this.denials.close()).containsExactly(new Counted(DenialKind.ANY, 100 - distinct));
	}

	@Test
	void memoryIsFreeAgainWhenTheMinuteIsOver() {
		for (int minute = 0; minute < 3; minute++) {
			Instant now = NOW.plus(MINUTE.multipliedBy(minute));
			assertThat(this.denials.takeEnded(now)).hasSizeLessThanOrEqualTo(1);
			assertThat(IntStream.range(0, 5_000).map((i) -> distinct(kind("a" + i, "user_1"), 1, now)).sum())
				.isEqualTo(2_010);
		}
	}

	private int distinct(DenialKind kind, int count, Instant now) {
		return (int) IntStream.range(0, count).filter((i) -> this.denials.isDistinct(kind, now)).count();
	}

	private static DenialKind kind(String action, String principal) {
		return new DenialKind(action, Map.of("principalDid", principal), Map.of("reason", "scope_violation"));
	}

}
