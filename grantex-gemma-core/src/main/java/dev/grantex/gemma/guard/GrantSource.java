package dev.grantex.gemma.guard;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
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
		VerifiedGrant grant(CallDecision decision, Caller caller) {
			return decision.grant();
		}

	},

	/** The grant that the caller of the current request presented as bearer token. */
	CALLER {

		@Override
		VerifiedGrant grant(CallDecision decision, Caller caller) {
			String token = caller.token();
			if (token == null) {
				throw ((caller == Caller.UNKNOWN) ? DenialReason.NO_CALLER : DenialReason.AUTH_FAILURE).toException();
			}
			try {
				return decision.verify(token);
			}
			catch (GrantexGemmaException ex) {
				throw new CallDeniedException(DenialReason.AUTH_FAILURE.code(), DenialReason.AUTH_FAILURE.message(),
						withoutTraces(ex));
			}
		}

	};

	/**
	 * The grant that a call runs, or is denied, under.
	 * @param decision the decision about the call, which is recordable
	 * @param caller who asks for the call
	 * @return the verified grant
	 * @throws CallDeniedException if there is none
	 */
	abstract VerifiedGrant grant(CallDecision decision, Caller caller);

	/**
	 * What was wrong with a token, without what fills the log of an application that
	 * others send their tokens to.
	 */
	private static OfflineVerificationException withoutTraces(GrantexGemmaException refusal) {
		OfflineVerificationException cause = new OfflineVerificationException(String.valueOf(refusal.getMessage()));
		cause.setStackTrace(new StackTraceElement[0]);
		return cause;
	}

}
