package dev.grantex.gemma.guard;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.docs.ObservationDocumentation;

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

	private static final String NAME = "grantex.gemma.guard";

	private static final String CONTEXTUAL_NAME = "guarded call";

	Observation create(ObservationRegistry registry, String action) {
		return Observation.createNotStarted(NAME, registry)
			.contextualName(CONTEXTUAL_NAME)
			.lowCardinalityKeyValue(LowCardinalityKeys.ACTION.withValue(action));
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
