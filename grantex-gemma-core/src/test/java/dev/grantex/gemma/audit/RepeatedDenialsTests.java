package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
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

	private static final RepeatedDenials.Kind KIND = kind("a", "user_1");

	private static final RepeatedDenials.Kind VARIOUS = new RepeatedDenials.Kind("a", Map.of("various", true),
			Map.of("reason", "scope_violation"));

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
	void twoHundredAreDistinctWhoeverIsDeniedAndTheOthersCountedByActionAndReason() {
		assertThat(callers("a", 3_000)).isEqualTo(200);
		assertThat(this.denials.close()).containsExactly(new Counted(VARIOUS, 2_800));
	}

	@Test
	void whatCallersLackDoesNotTellThemApart() {
		int distinct = IntStream.range(0, 3_000)
			.map((i) -> distinct(new RepeatedDenials.Kind("a", Map.of("principalDid", "user_" + i),
					Map.of("reason", "scope_violation", "missing_scopes", List.of("scope:" + i))), 1, NOW))
			.sum();
		assertThat(distinct).isEqualTo(200);
		assertThat(this.denials.close()).containsExactly(new Counted(VARIOUS, 2_800));
	}

	@Test
	void equalOnesAreCountedAsWhatTheyAreThoughTheTwoHundredAreUsedUp() {
		assertThat(distinct(KIND, 15, NOW)).isEqualTo(10);
		assertThat(callers("b", 1_000)).isEqualTo(190);
		assertThat(distinct(KIND, 3, NOW)).isZero();
		assertThat(this.denials.close()).containsExactlyInAnyOrder(new Counted(KIND, 8),
				new Counted(new RepeatedDenials.Kind("b", VARIOUS.caller(), VARIOUS.facts()), 810));
	}

	@Test
	void theBundlesOwnGrantIsNotCountedAmongCallers() {
		Map<String, Object> reason = Map.of("reason", "scope_violation");
		for (int i = 0; i < 300; i++) {
			this.denials.isDistinct(new RepeatedDenials.Kind("a", Map.of(),
					Map.of("reason", "scope_violation", "missing_scopes", "m" + i)), NOW);
			this.denials.isDistinct(kind("a", "user_" + i), NOW);
		}
		assertThat(this.denials.close()).containsExactlyInAnyOrder(
				new Counted(new RepeatedDenials.Kind("a", Map.of(), reason), 200), new Counted(VARIOUS, 200));
	}

	@Test
	void countsTakeAHundredEntriesAndOneForAllOthers() {
		int distinct = IntStream.range(0, 5_000).map((i) -> distinct(kind("a" + i, "user_1"), 1, NOW)).sum();
		assertThat(distinct).isEqualTo(200);
		List<Counted> counted = this.denials.close();
		assertThat(counted).hasSize(101).contains(new Counted(RepeatedDenials.Kind.ANY, 4_700));
		assertThat(sum(counted)).isEqualTo(4_800);
	}

	@Test
	void noMixOfDenialsTakesMoreThanThreeHundredAndOneEntriesAMinuteAndEachIsCountedOnce() {
		SplittableRandom random = new SplittableRandom(14);
		for (int minute = 0; minute < 20; minute++) {
			Instant now = NOW.plus(MINUTE.multipliedBy(minute));
			int distinct = 0;
			for (int i = 0; i < 3_000; i++) {
				int spread = 1 << random.nextInt(12);
				distinct += distinct(kind("a" + random.nextInt(spread), "user_" + random.nextInt(spread)), 1, now);
			}
			List<Counted> counted = this.denials.takeEnded(now.plus(MINUTE));
			assertThat(distinct).isLessThanOrEqualTo(200);
			assertThat(counted).hasSizeLessThanOrEqualTo(101);
			assertThat(distinct + sum(counted)).isEqualTo(3_000);
		}
	}

	@Test
	void whatIsPutBackAndDoesNotFitIsCountedTogether() {
		List<Counted> failed = IntStream.range(0, 150)
			.mapToObj((i) -> new Counted(kind("a" + i, "user_1"), 2))
			.toList();
		this.denials.putBack(failed, NOW);
		assertThat(this.denials.close()).hasSize(101).contains(new Counted(RepeatedDenials.Kind.ANY, 100));
	}

	@Test
	void largeFactsTakeNoMoreMemoryThanSmallOnes() {
		String large = "x".repeat(60_000);
		int distinct = IntStream.range(0, 100)
			.map((i) -> distinct(new RepeatedDenials.Kind("a", Map.of(), Map.of("reason", large + i)), 1, NOW))
			.sum();
		assertThat(distinct).isLessThan(30);
		assertThat(this.denials.close()).containsExactly(new Counted(RepeatedDenials.Kind.ANY, 100 - distinct));
	}

	@Test
	void memoryIsFreeAgainWhenTheMinuteIsOver() {
		for (int minute = 0; minute < 3; minute++) {
			Instant now = NOW.plus(MINUTE.multipliedBy(minute));
			this.denials.takeEnded(now);
			String large = "x".repeat(10_000) + minute;
			int distinct = IntStream.range(0, 100)
				.map((i) -> distinct(new RepeatedDenials.Kind("a", Map.of(), Map.of("reason", large + i)), 1, now))
				.sum();
			assertThat(distinct).isEqualTo(100);
		}
	}

	private int callers(String action, int count) {
		return IntStream.range(0, count).map((i) -> distinct(kind(action, "user_" + i), 1, NOW)).sum();
	}

	private static long sum(List<Counted> counted) {
		return counted.stream().mapToLong(Counted::count).sum();
	}

	private int distinct(RepeatedDenials.Kind kind, int count, Instant now) {
		return (int) IntStream.range(0, count).filter((i) -> this.denials.isDistinct(kind, now)).count();
	}

	private static RepeatedDenials.Kind kind(String action, String principal) {
		return new RepeatedDenials.Kind(action, Map.of("principalDid", principal), Map.of("reason", "scope_violation"));
	}

}
