package dev.grantex.gemma.guard;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.consent.DenialReason;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for {@link GuardObservation}.
 */
class GuardObservationTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	private GuardContext guard;

	private ObservedTools tools;

	@BeforeEach
	void start() {
		this.guard = new GuardContext().observations(this.registry).start(ObservedTools.class);
		this.tools = this.guard.get(ObservedTools.class);
	}

	@AfterEach
	void stop() {
		this.guard.close();
	}

	@Test
	void successIsObservedAroundTheMethod() {
		Observation[] current = new Observation[1];
		this.tools.act(() -> current[0] = this.registry.getCurrentObservation());
		assertObserved("success");
		Assertions.assertThat(current[0].getContext().getName()).isEqualTo("grantex.gemma.guard");
		assertThat(this.registry).doesNotHaveAnyRemainingCurrentObservation();
	}

	@Test
	void failureIsObserved() {
		IllegalStateException failure = new IllegalStateException();
		catchThrowable(() -> this.tools.act(() -> {
			throw failure;
		}));
		assertObserved("error");
		assertThat(this.registry).hasObservationWithNameEqualTo("grantex.gemma.guard").that().hasError(failure);
	}

	@Test
	void denialIsObserved() {
		this.guard.consent.denial = DenialReason.REVOKED;
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> this.tools.act(() -> {
		}));
		assertObserved("denied");
	}

	@Test
	void handlerThatFailsDoesNotChangeTheOutcome() {
		this.registry.observationConfig().observationHandler(new FailingHandler());
		Assertions.assertThatNoException().isThrownBy(() -> this.tools.act(() -> {
		}));
		Assertions.assertThat(this.guard.consent.results()).containsExactly("success");
	}

	@Test
	void missingScopeIsObserved() {
		this.guard.consent.grant = RecordingConsent.grant();
		assertThatExceptionOfType(ScopeViolationException.class).isThrownBy(() -> this.tools.act(() -> {
		}));
		assertObserved("denied");
	}

	@Test
	void reactiveCallIsPartOfTheObservationOfItsSubscriber() {
		Observation parent = Observation.start("request", this.registry);
		Mono<String> mono = this.tools.reactive()
			.contextWrite((context) -> context.put("micrometer.observation", parent));
		Assertions.assertThat(mono.block()).isEqualTo("grantex.gemma.guard");
		parent.stop();
		assertThat(this.registry).hasObservationWithNameEqualTo("grantex.gemma.guard")
			.that()
			.hasParentObservationEqualTo(parent)
			.hasLowCardinalityKeyValue("result", "success")
			.hasBeenStopped();
	}

	private void assertObserved(String result) {
		assertThat(this.registry).hasSingleObservationThat()
			.hasNameEqualTo("grantex.gemma.guard")
			.hasLowCardinalityKeyValue("action", "acting")
			.hasLowCardinalityKeyValue("result", result)
			.hasBeenStarted()
			.hasBeenStopped();
	}

	static class ObservedTools {

		@RequiresScope(value = "read", action = "acting")
		public void act(Runnable body) {
			body.run();
		}

		@RequiresScope("read")
		public Mono<String> reactive() {
			return Mono.deferContextual(
					(context) -> Mono.just(context.<Observation>get("micrometer.observation").getContext().getName()));
		}

	}

	private static final class FailingHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			throw new IllegalStateException("The exporter is broken");
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
