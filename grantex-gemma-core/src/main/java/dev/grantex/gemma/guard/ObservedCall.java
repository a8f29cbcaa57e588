package dev.grantex.gemma.guard;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.guard.GuardObservation.LowCardinalityKeys;

/**
 * The observation of one call. What the application's handlers, filters and predicates
 * throw changes nothing: neither whether a call runs, nor how it ends, nor what is
 * current on the thread afterwards.
 */
final class ObservedCall {

	private final ObservationRegistry registry;

	private final GuardLog log;

	private final Observation observation;

	private ObservedCall(ObservationRegistry registry, GuardLog log, Observation observation) {
		this.registry = registry;
		this.log = log;
		this.observation = observation;
	}

	/**
	 * Begins to observe a call.
	 * @param log is told of what the application's handlers throw
	 * @param parent the observation that it is part of, or {@code null} for that of the
	 * thread
	 */
	static ObservedCall start(ObservationRegistry registry, GuardLog log, String action, @Nullable Observation parent) {
		Observation[] observation = { Observation.NOOP };
		attempt(log, () -> {
			observation[0] = GuardObservation.CALL.create(registry, action);
			if (parent != null) {
				observation[0].parentObservation(parent);
			}
		});
		attempt(log, observation[0]::start);
		return new ObservedCall(registry, log, observation[0]);
	}

	Observation observation() {
		return this.observation;
	}

	/**
	 * Makes the observation the thread's until the scope is closed.
	 */
	Observation.Scope openScope() {
		Observation.Scope[] previous = new Observation.Scope[1];
		attempt(() -> previous[0] = this.registry.getCurrentObservationScope());
		Observation.Scope[] opened = { Observation.Scope.NOOP };
		attempt(() -> opened[0] = this.observation.openScope());
		if (opened[0] == Observation.Scope.NOOP) {
			// It may have become the thread's before a handler failed.
			attempt(() -> {
				Observation.Scope current = this.registry.getCurrentObservationScope();
				opened[0] = (current != null && current != previous[0]) ? current : opened[0];
			});
		}
		return new SafeScope(opened[0], previous[0]);
	}

	/**
	 * Ends the observation.
	 */
	void stop(CallResult result, @Nullable Throwable error) {
		attempt(() -> this.observation.lowCardinalityKeyValue(LowCardinalityKeys.RESULT.withValue(result.text())));
		if (error != null) {
			attempt(() -> this.observation.error(error));
		}
		attempt(this.observation::stop);
	}

	private void attempt(Runnable observing) {
		attempt(this.log, observing);
	}

	private static void attempt(GuardLog log, Runnable observing) {
		log.attempt(GuardLog.Trouble.OBSERVATION, observing);
	}

	private final class SafeScope implements Observation.Scope {

		private final Observation.Scope opened;

		private final Observation.@Nullable Scope previous;

		private SafeScope(Observation.Scope opened, Observation.@Nullable Scope previous) {
			this.opened = opened;
			this.previous = previous;
		}

		@Override
		public Observation getCurrentObservation() {
			return ObservedCall.this.observation;
		}

		@Override
		public Observation.@Nullable Scope getPreviousObservationScope() {
			return this.previous;
		}

		@Override
		public void close() {
			attempt(this.opened::close);
			attempt(() -> {
				if (ObservedCall.this.registry.getCurrentObservationScope() == this.opened) {
					ObservedCall.this.registry.setCurrentObservationScope(this.previous);
				}
			});
		}

		@Override
		public void reset() {
			attempt(this.opened::reset);
		}

		@Override
		public void makeCurrent() {
			attempt(this.opened::makeCurrent);
		}

	}

}
