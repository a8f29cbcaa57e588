package dev.grantex.gemma.guard;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.TestClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * What thousands of calls a second write to the application's log.
 */
@ExtendWith(OutputCaptureExtension.class)
class FloodedLogTests {

	private static final int CALLS = 1_000;

	private final TestClock clock = new TestClock();

	private final ObservationRegistry observations = ObservationRegistry.create();

	private final AtomicInteger told = new AtomicInteger();

	private final GuardContext context = new GuardContext().clock(this.clock).observations(this.observations);

	private Tools tools;

	@BeforeEach
	void start() {
		this.context.start(Tools.class);
		this.tools = this.context.get(Tools.class);
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@Test
	void denialsWithoutAnEntryAreOneLineAMinuteForEachReasonAndOneEventEach(CapturedOutput output) {
		this.context.consent.denial = DenialReason.REVOKED;
		this.context.consent.recordable = false;
		call(CALLS);
		this.context.consent.denial = DenialReason.LOG_FULL;
		call(CALLS);
		assertThat(lines(output, "without an entry in the audit log")).isEqualTo(2);
		assertThat(output).contains("Denied 'Tools.read' without an entry in the audit log: revoked",
				"Denied 'Tools.read' without an entry in the audit log: log_full");
		assertThat(this.context.denials).hasSize(2 * CALLS);
		this.clock.advance(Duration.ofMinutes(1));
		call(1);
		assertThat(output).contains("log_full [999 more left out since the last such line]");
	}

	@Test
	void failuresOfListenersAndObservationsHaveOneStackTrace(CapturedOutput output) {
		this.context.consent.denial = DenialReason.EXPIRED;
		this.context.context.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
			this.told.incrementAndGet();
			throw new IllegalStateException("listener");
		});
		this.observations.observationConfig().observationHandler(new BrokenHandler());
		call(CALLS);
		this.clock.advance(Duration.ofMinutes(1));
		call(CALLS);
		assertThat(this.told).hasValue(2 * CALLS);
		assertThat(lines(output, "A listener failed to handle what became of a call")).isEqualTo(2);
		assertThat(lines(output, "A guarded call could not be observed as it should be")).isEqualTo(2);
		assertThat(lines(output, "java.lang.IllegalStateException: listener")).isOne();
		assertThat(lines(output, "java.lang.IllegalStateException: observation")).isOne();
	}

	@Test
	void callsWhoseEntriesCannotBePreparedHaveOneStackTrace(CapturedOutput output) {
		this.context.consent.preparationFault = new IllegalStateException("preparation");
		call(CALLS);
		assertThat(lines(output, "No entry about a call could be prepared: 'Tools.read'")).isOne();
		assertThat(lines(output, "java.lang.IllegalStateException: preparation")).isOne();
		assertThat(this.context.denials).hasSize(CALLS);
	}

	@Test
	void cancellationsThatCannotBeRecordedHaveOneStackTrace(CapturedOutput output) {
		this.context.consent.unwritable.add("cancelled");
		for (int i = 0; i < CALLS; i++) {
			this.tools.future().cancel(true);
			this.tools.stream().subscribe().dispose();
		}
		assertThat(lines(output, "The cancellation of a call could not be recorded")).isOne();
		assertThat(lines(output, "GrantexGemmaException: The disk is full")).isOne();
		assertThat(output).doesNotContain("Async resource cleanup failed");
	}

	private void call(int times) {
		for (int i = 0; i < times; i++) {
			assertThat(catchThrowable(this.tools::read)).isInstanceOf(GrantexGemmaException.class);
		}
	}

	private static int lines(CapturedOutput output, String part) {
		return StringUtils.countOccurrencesOf(output.getAll(), part);
	}

	static class Tools {

		@RequiresScope("read")
		public void read() {
		}

		@RequiresScope("read")
		public CompletableFuture<String> future() {
			return new CompletableFuture<>();
		}

		@RequiresScope("read")
		public Mono<String> stream() {
			return Mono.never();
		}

	}

	private static final class BrokenHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			throw new IllegalStateException("observation");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
