package dev.grantex.gemma.consent;

/**
 * Denies every call for one reason.
 */
public final class DeniedConsent implements Consent {

	private final CallDecision decision;

	public DeniedConsent(DenialReason reason) {
		this.decision = new UnrecordableDenial(reason);
	}

	@Override
	public CallDecision decide() {
		return this.decision;
	}

}
