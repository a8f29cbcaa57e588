package dev.grantex.gemma.consent;

/**
 * Says for every single call whether the device may act now. Asking is cheap: it touches
 * no network, and of the disk only whether it has room for the call's record.
 */
@FunctionalInterface
public interface Consent {

	/**
	 * Decides about one call.
	 * @return the decision, to be closed when the call's outcome has been recorded
	 */
	CallDecision decide();

}
