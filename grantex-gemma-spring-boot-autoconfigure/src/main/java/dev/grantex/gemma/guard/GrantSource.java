package dev.grantex.gemma.guard;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Whose grant a call runs under. There is no fall-back from one to the other.
 */
public enum GrantSource {

	/** The grant of the device's own consent bundle. */
	BUNDLE {

		@Override
		VerifiedGrant grant(CallDecision decision, @Nullable String callerToken) {
			return decision.grant();
		}

	},

	/** The grant that the caller of the current request presented as bearer token. */
	CALLER {

		@Override
		VerifiedGrant grant(CallDecision decision, @Nullable String callerToken) {
			if (callerToken == null) {
				throw DenialReason.AUTH_FAILURE.toException();
			}
			try {
				return decision.verify(callerToken);
			}
			catch (GrantexGemmaException ex) {
				throw new CallDeniedException(DenialReason.AUTH_FAILURE.code(), DenialReason.AUTH_FAILURE.message(),
						ex);
			}
		}

	};

	/**
	 * The grant that a call runs, or is denied, under.
	 * @param decision the decision about the call, which is recordable
	 * @param callerToken the caller's bearer token, or {@code null} if there is none
	 * @return the verified grant
	 * @throws CallDeniedException if there is none
	 */
	abstract VerifiedGrant grant(CallDecision decision, @Nullable String callerToken);

}
