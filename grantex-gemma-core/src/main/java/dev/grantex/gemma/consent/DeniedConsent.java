package dev.grantex.gemma.consent;

import java.util.Map;

import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Denies every call for one reason, without a chain to record it on.
 */
public final class DeniedConsent implements Consent {

	private final CallDecision decision;

	public DeniedConsent(DenialReason reason) {
		this.decision = new Denied(reason);
	}

	@Override
	public CallDecision decide() {
		return this.decision;
	}

	/**
	 * The denial of one call.
	 */
	record Denied(DenialReason denial) implements CallDecision {

		@Override
		public boolean isRecordable() {
			return false;
		}

		@Override
		public VerifiedGrant grant() {
			throw new IllegalStateException("There is no usable grant");
		}

		@Override
		public VerifiedGrant verify(String token) {
			throw new OfflineVerificationException("There is no bundle to verify the token with");
		}

		@Override
		public SignedAuditEntry recordIntent(String action, VerifiedGrant grant, Map<String, ?> metadata) {
			throw noChain();
		}

		@Override
		public Outcome prepareOutcome(String action, VerifiedGrant grant, String result, Map<String, ?> metadata) {
			throw noChain();
		}

		@Override
		public void recordDenial(String action, VerifiedGrant grant, Map<String, ?> facts, Map<String, ?> metadata) {
			throw noChain();
		}

		@Override
		public void close() {
		}

		private static IllegalStateException noChain() {
			return new IllegalStateException("There is no chain to record on");
		}

	}

}
