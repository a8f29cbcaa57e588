package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Cycles whose listeners ask for cycles.
 */
class CycleTurnsTests {

	private static final SyncResult RESULT = new SyncResult(TestClock.START, 0, 0, false, false, false, List.of(),
			null);

	private CycleTurns turns;

	private Throwable refused;

	@Test
	void listenerThatWaitsForAnotherThreadsCycleIsToldThatItMustNot() throws Exception {
		this.turns = new CycleTurns((event) -> this.refused = catchThrowable(
				() -> CompletableFuture.supplyAsync(() -> take(() -> RESULT)).join()), Duration.ofMillis(50));
		CompletableFuture<SyncResult> cycle = CompletableFuture.supplyAsync(() -> take(() -> {
			this.turns.accept("event");
			return RESULT;
		}));
		assertThat(cycle.get(1, TimeUnit.MINUTES)).isEqualTo(RESULT);
		assertThat(this.refused).isInstanceOf(CompletionException.class)
			.hasRootCauseInstanceOf(IllegalStateException.class)
			.hasRootCauseMessage("A listener of synchronization keeps the cycle under way from going on;"
					+ " no listener may wait for another cycle");
		assertThat(take(() -> RESULT)).isEqualTo(RESULT);
	}

	@Test
	void listenerThatAsksForACycleItselfIsToldThatItMustNot() {
		this.turns = new CycleTurns((event) -> this.refused = catchThrowable(() -> take(() -> RESULT)));
		take(() -> {
			this.turns.accept("event");
			return RESULT;
		});
		assertThat(this.refused).isInstanceOf(IllegalStateException.class);
	}

	private SyncResult take(Supplier<SyncResult> cycle) {
		try {
			return this.turns.take(true, cycle);
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

}
