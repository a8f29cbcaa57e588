package dev.grantex.gemma.guard;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.docs.ObservationDocumentation;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What can be observed of the guard.
 */
public enum GuardObservation implements ObservationDocumentation {

	/** One call of a guarded method, from the decision to the record of its outcome. */
	CALL {

		@Override
		public String getName() {
			return NAME;
		}

		@Override
		public String getContextualName() {
			return CONTEXTUAL_NAME;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityKeys.values();
		}

	};

	private static final Log logger = LogFactory.getLog(GuardObservation.class);

	private static final String NAME = "grantex.gemma.guard";

	private static final String CONTEXTUAL_NAME = "guarded call";

	Observation start(ObservationRegistry registry, String action, @Nullable Observation parent) {
		Observation observation = Observation.createNotStarted(NAME, registry)
			.contextualName(CONTEXTUAL_NAME)
			.lowCardinalityKeyValue(LowCardinalityKeys.ACTION.withValue(action));
		if (parent != null) {
			observation.parentObservation(parent);
		}
		return observation.start();
	}

	/**
	 * Ends an observation. What a handler throws cannot turn the outcome of a call, which
	 * is on record by now, into another.
	 */
	void stop(Observation observation, String result, @Nullable Throwable error) {
		try {
			observation.lowCardinalityKeyValue(LowCardinalityKeys.RESULT.withValue(result));
			if (error != null) {
				observation.error(error);
			}
			observation.stop();
		}
		catch (RuntimeException ex) {
			logger.warn("A call could not be observed to its end", ex);
		}
	}

	/**
	 * The keys of the observation.
	 */
	public enum LowCardinalityKeys implements KeyName {

		/** The action as in audit entries. */
		ACTION {

			@Override
			public String asString() {
				return "action";
			}

		},

		/** The result as in audit entries. */
		RESULT {

			@Override
			public String asString() {
				return "result";
			}

		}

	}

}
