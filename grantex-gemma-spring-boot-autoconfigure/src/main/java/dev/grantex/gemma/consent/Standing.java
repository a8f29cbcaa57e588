package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.ClockFloor;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Everything that decides about calls under one bundle. Only time moves in it; whatever
 * else changes makes a new one.
 */
final class Standing {

	private final @Nullable ConsentBundle bundle;

	private final @Nullable Usable usable;

	private final @Nullable DenialReason fault;

	/** Why there is no open log. */
	private final @Nullable DenialReason closed;

	private Standing(@Nullable ConsentBundle bundle, @Nullable Usable usable, @Nullable DenialReason fault,
			@Nullable DenialReason closed) {
		this.bundle = bundle;
		this.usable = usable;
		this.fault = fault;
		this.closed = closed;
	}

	/**
	 * No call may run, and none can be recorded.
	 */
	static Standing denied(@Nullable ConsentBundle bundle, DenialReason reason) {
		return new Standing(bundle, null, reason, reason);
	}

	/**
	 * The same, if another reason than that is the more final one.
	 * @param closed why the log is not open
	 */
	static Standing denied(ConsentBundle bundle, DenialReason reason, DenialReason closed) {
		return new Standing(bundle, null, reason, closed);
	}

	/**
	 * Calls can be recorded, and may run unless there is a fault.
	 */
	static Standing of(ConsentBundle bundle, Usable usable, @Nullable DenialReason fault) {
		return new Standing(bundle, usable, fault, null);
	}

	Standing withBundle(ConsentBundle bundle) {
		return new Standing(bundle, this.usable, this.fault, this.closed);
	}

	Standing withFault(ConsentBundle bundle, @Nullable DenialReason fault) {
		return new Standing(bundle, this.usable, fault, this.closed);
	}

	/**
	 * Halts calls, unless something halts them already that does not pass sooner.
	 */
	Standing halted(ConsentBundle bundle, DenialReason reason) {
		boolean lasting = this.fault != null && this.fault != DenialReason.BUNDLE_MISMATCH
				&& this.fault != DenialReason.BUNDLE_UNKNOWN;
		return lasting ? withBundle(bundle) : withFault(bundle, reason);
	}

	@Nullable ConsentBundle bundle() {
		return this.bundle;
	}

	@Nullable Usable usable() {
		return this.usable;
	}

	/**
	 * The same after the log of a new bundle could not be begun: where there is no other
	 * bundle, that is what stands in the way.
	 */
	Standing withoutLog(AuditLogException failure) {
		boolean none = this.fault == DenialReason.NO_BUNDLE || isWithoutBundleForItsLog();
		return none ? denied(null, DenialReason.of(failure)) : this;
	}

	/**
	 * Whether nothing is stored because the log of a bundle could not be begun.
	 */
	boolean isWithoutBundleForItsLog() {
		return this.bundle == null && this.fault != null && this.fault.isLogFault();
	}

	/**
	 * What stands in the way at any time, if something does.
	 */
	@Nullable DenialReason fault() {
		return this.fault;
	}

	/**
	 * What is the matter with the chain, whatever else denies calls.
	 */
	@Nullable DenialReason chainFault() {
		if (this.usable == null) {
			return this.closed;
		}
		return (this.fault == DenialReason.BUNDLE_UNKNOWN) ? this.fault : this.usable.logFault();
	}

	/**
	 * The log, if it is open.
	 */
	@Nullable OfflineAuditLog log() {
		return (this.usable != null) ? this.usable.chain().log() : null;
	}

	/**
	 * Gives up the chain, if there is one.
	 */
	void release() {
		if (this.usable != null) {
			this.usable.chain().release();
		}
	}

	/**
	 * Sets the clock's floor, downwards too.
	 */
	void setTime(Instant serviceTime) {
		if (this.usable != null) {
			this.usable.floor().set(serviceTime);
		}
	}

	/**
	 * Takes note that a moment has been.
	 */
	void observe(Instant now) {
		if (this.usable != null) {
			this.usable.floor().observe(now);
		}
	}

	/**
	 * Why a call may not run now, the most final reason first.
	 */
	@Nullable DenialReason denialAt(Instant now) {
		if (this.fault != null || this.usable == null) {
			return (this.fault != null) ? this.fault : DenialReason.NO_BUNDLE;
		}
		return this.usable.denialAt(now);
	}

	/**
	 * The verifier for callers' tokens, if calls may run now.
	 */
	Optional<OfflineVerifier> verifierAt(Instant now) {
		return (this.usable != null && denialAt(now) == null) ? Optional.of(this.usable.verifier()) : Optional.empty();
	}

	/**
	 * Why a call may not run now, after making sure that its outcome can be recorded.
	 */
	@Nullable DenialReason denialOfCallAt(Instant now) {
		observe(now);
		return (this.fault == null && this.usable != null) ? this.usable.denialOfCallAt(now) : denialAt(now);
	}

	/**
	 * The standing as seen from outside.
	 * @param owed what keeps evidence of a former bundle from being written
	 */
	ConsentStatus statusAt(Instant now, @Nullable DenialReason owed) {
		DenialReason own = denialAt(now);
		DenialReason denial = (own != null) ? own : owed;
		Usable current = this.usable;
		return (current != null)
				? new ConsentStatus(denial, this.bundle, current.grant(), current.floor().instant(),
						ConsentStatus.Audit.of(current.chain().log()))
				: new ConsentStatus(denial, this.bundle, null, null, null);
	}

	/**
	 * Whether outcomes and denials may still enter the chain.
	 */
	boolean isRecordable() {
		boolean growing = this.fault == null || this.fault == DenialReason.BUNDLE_MISMATCH
				|| this.fault == DenialReason.BUNDLE_UNKNOWN;
		return growing && this.usable != null && this.usable.logFault() == null;
	}

	/**
	 * A bundle whose grant verified and whose log is open.
	 *
	 * @param bundle the bundle
	 * @param grant its grant
	 * @param verifier verifies callers' own tokens against the bundle
	 * @param chain the bundle's log
	 * @param skew how far clocks may differ
	 */
	record Usable(ConsentBundle bundle, VerifiedGrant grant, OfflineVerifier verifier, OpenChain chain, Duration skew) {

		ClockFloor floor() {
			return this.chain.log().sealed().clockFloor();
		}

		/**
		 * Why a call may not run now, after making sure that its outcome can be recorded.
		 */
		@Nullable DenialReason denialOfCallAt(Instant now) {
			DenialReason denial = denialAt(now);
			if (denial != null && logFault() == null) {
				return denial;
			}
			try {
				this.chain.log().checkWritable();
				return denialAt(now);
			}
			catch (AuditLogException ex) {
				return (denial != null) ? denial : DenialReason.of(ex);
			}
		}

		@Nullable DenialReason denialAt(Instant now) {
			if (floor().isRolledBack(now, this.skew)) {
				return DenialReason.CLOCK_ROLLBACK;
			}
			if (this.bundle.isExpiredAt(now) || !now.isBefore(this.grant.expiresAt().plus(this.skew))) {
				return DenialReason.EXPIRED;
			}
			if (!this.bundle.jwksSnapshot().isValidAt(now)) {
				return DenialReason.SNAPSHOT_EXPIRED;
			}
			return logFault();
		}

		@Nullable DenialReason logFault() {
			String fault = this.chain.log().failure();
			return (fault != null) ? DenialReason.ofLogFault(fault) : null;
		}

	}

}
