package dev.grantex.gemma.guard;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
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

	@ParameterizedTest
	@MethodSource("faults")
	void whatAHandlerThrowsChangesNeitherTheCallNorItsEntry(String callback, Throwable failure) {
		FailingHandler handler = new FailingHandler(callback, failure);
		this.registry.observationConfig().observationHandler(handler);
		int[] runs = { 0 };
		this.tools.act(() -> runs[0]++);
		Assertions.assertThat(handler.failed).isEqualTo(!callback.equals("error"));
		Assertions.assertThat(runs[0]).isOne();
		Assertions.assertThat(this.guard.consent.results()).containsExactly("success");
		IllegalStateException thrown = new IllegalStateException();
		Assertions.assertThat(catchThrowable(() -> this.tools.act(() -> {
			throw thrown;
		}))).isSameAs(thrown);
		Assertions.assertThat(this.tools.reactive().block()).isNotNull();
		Assertions.assertThat(this.guard.consent.results()).containsExactly("success", "error", "success");
		Assertions.assertThat(this.guard.consent.open).hasValue(0);
		assertThat(this.registry).doesNotHaveAnyRemainingCurrentObservation();
	}

	@ParameterizedTest
	@MethodSource("faults")
	void whatAHandlerThrowsChangesNoDenial(String callback, Throwable failure) {
		this.registry.observationConfig().observationHandler(new FailingHandler(callback, failure));
		this.guard.consent.denial = DenialReason.REVOKED;
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> this.tools.act(() -> {
		}));
		Assertions.assertThat(this.guard.consent.results()).containsExactly("denied");
		Assertions.assertThat(this.guard.denials).hasSize(1);
		Assertions.assertThat(this.guard.consent.open).hasValue(0);
	}

	static Stream<Arguments> faults() {
		List<String> callbacks = List.of("start", "opened", "closed", "error", "stop");
		List<Throwable> failures = List.of(new IllegalStateException("The exporter is broken"),
				new NoClassDefFoundError("exporter"), new IOException("thrown undeclared"));
		return callbacks.stream()
			.flatMap((callback) -> failures.stream().map((failure) -> Arguments.of(callback, failure)));
	}

	@Test
	void handlerBesideAFailingOneIsToldOfTheEnd() {
		List<String> told = new ArrayList<>();
		this.registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {

			@Override
			public void onStart(Observation.Context context) {
				told.add("start");
			}

			@Override
			public void onScopeOpened(Observation.Context context) {
				told.add("opened");
			}

			@Override
			public void onScopeClosed(Observation.Context context) {
				told.add("closed");
			}

			@Override
			public void onStop(Observation.Context context) {
				told.add("stop");
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		this.registry.observationConfig()
			.observationHandler(new FailingHandler("start", new IllegalStateException()))
			.observationHandler(new FailingHandler("opened", new IllegalStateException()));
		this.tools.act(() -> {
		});
		Assertions.assertThat(told).containsExactly("start", "opened", "closed", "stop");
	}

	@Test
	void predicateAndFilterThatFailChangeNothing() {
		this.registry.observationConfig().observationPredicate((name, context) -> {
			throw new AssertionError("predicate");
		});
		this.tools.act(() -> {
		});
		Assertions.assertThat(this.guard.consent.results()).containsExactly("success");
	}

	@Test
	void scopeOfTheCallerIsCurrentAgainAfterAHandlerFailed() {
		Observation caller = Observation.start("caller", this.registry);
		try (Observation.Scope scope = caller.openScope()) {
			this.registry.observationConfig()
				.observationHandler(new FailingHandler("opened", new IllegalStateException()))
				.observationHandler(new FailingHandler("closed", new IllegalStateException()));
			this.tools.act(() -> {
			});
			Assertions.assertThat(this.registry.getCurrentObservationScope()).isSameAs(scope);
		}
		assertThat(this.registry).doesNotHaveAnyRemainingCurrentObservation();
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

		private final String callback;

		private final Throwable failure;

		private boolean failed;

		private FailingHandler(String callback, Throwable failure) {
			this.callback = callback;
			this.failure = failure;
		}

		@Override
		public void onStart(Observation.Context context) {
			failIn("start");
		}

		@Override
		public void onScopeOpened(Observation.Context context) {
			failIn("opened");
		}

		@Override
		public void onScopeClosed(Observation.Context context) {
			failIn("closed");
		}

		@Override
		public void onError(Observation.Context context) {
			failIn("error");
		}

		@Override
		public void onStop(Observation.Context context) {
			failIn("stop");
		}

		private void failIn(String current) {
			if (current.equals(this.callback)) {
				this.failed = true;
				RecordingConsent.<RuntimeException>sneak(this.failure);
			}
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
