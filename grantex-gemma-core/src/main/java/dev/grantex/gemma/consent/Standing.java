package dev.grantex.gemma.consent;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.ClockFloor;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.StateTable.Calls;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * The device's state, which decides about calls: no bundle, a bundle whose log is not
 * open, or one whose log is. Only time moves in it; whatever else changes makes a new
 * one. What follows from a denial, {@link StateTable} says.
 */
sealed interface Standing {

	@Nullable ConsentBundle bundle();

	/**
	 * What stands in the way at any time, if something does: always, unless the log is
	 * open.
	 */
	@Nullable DenialReason fault();

	/**
	 * What is the matter with the chain, whatever else denies calls.
	 */
	@Nullable DenialReason chainFault();

	/**
	 * Why a call may not run now, the most final reason first.
	 */
	default @Nullable DenialReason denialAt(Instant now) {
		return fault();
	}

	/**
	 * The same with another form of the bundle, and what stands in the way then.
	 */
	Standing with(ConsentBundle bundle, @Nullable DenialReason fault);

	default @Nullable Open open() {
		return (this instanceof Open open) ? open : null;
	}

	default Standing revoked(ConsentBundle bundle) {
		return with(bundle, (fault() != DenialReason.NOT_RUNNING) ? DenialReason.REVOKED : fault());
	}

	/**
	 * Halts calls, unless something halts them already that does not pass sooner.
	 */
	default Standing halted(ConsentBundle bundle, DenialReason reason) {
		DenialReason fault = fault();
		boolean passing = fault == null || fault == DenialReason.BUNDLE_MISMATCH
				|| fault == DenialReason.BUNDLE_UNKNOWN;
		return with(bundle, passing ? reason : fault);
	}

	default boolean isIdle() {
		return true;
	}

	/**
	 * Whether nothing is stored: what denies calls is only that, or what has kept a
	 * bundle from being put there.
	 */
	default boolean isVacant() {
		return false;
	}

	/**
	 * The same after the log of a new bundle could not be begun: where there is no other
	 * bundle, that is what stands in the way.
	 */
	default Standing withoutLog(AuditLogException failure) {
		return isVacant() ? new None(StateTable.denialBy(failure)) : this;
	}

	default void release() {
	}

	/**
	 * No call may run, and none can be recorded.
	 * @param bundle the bundle, if there is one
	 */
	static Standing denied(@Nullable ConsentBundle bundle, DenialReason reason) {
		return (bundle != null) ? new Closed(bundle, reason, reason) : new None(reason);
	}

	/**
	 * There is no bundle, or none that can be read.
	 */
	record None(DenialReason fault) implements Standing {

		@Override
		public @Nullable ConsentBundle bundle() {
			return null;
		}

		@Override
		public DenialReason chainFault() {
			return this.fault;
		}

		@Override
		public Standing with(ConsentBundle bundle, @Nullable DenialReason fault) {
			throw new IllegalStateException("There is no bundle");
		}

		@Override
		public boolean isVacant() {
			return this.fault.row().vacant();
		}

	}

	/**
	 * There is a bundle, and its log is not open.
	 *
	 * @param fault why calls are denied
	 * @param chainFault why the log is not open, if that is less final
	 */
	record Closed(ConsentBundle bundle, DenialReason fault, DenialReason chainFault) implements Standing {

		@Override
		public Standing with(ConsentBundle bundle, @Nullable DenialReason fault) {
			return new Closed(bundle, (fault != null) ? fault : this.chainFault, this.chainFault);
		}

	}

	/**
	 * There is a bundle whose grant verified and whose log is open, so that calls can be
	 * recorded.
	 *
	 * @param grant its grant
	 * @param verifier verifies callers' own tokens against the bundle
	 * @param chain the bundle's log
	 * @param time the service's time
	 */
	record Open(ConsentBundle bundle, @Nullable DenialReason fault, VerifiedGrant grant, OfflineVerifier verifier,
			OpenChain chain, ServiceTime time) implements Standing {

		OfflineAuditLog log() {
			return this.chain.log();
		}

		ClockFloor floor() {
			return log().sealed().clockFloor();
		}

		@Override
		public Standing with(ConsentBundle bundle, @Nullable DenialReason fault) {
			return new Open(bundle, fault, this.grant, this.verifier, this.chain, this.time);
		}

		/**
		 * The same after looking where the bundle is stored. What is more final stays.
		 * @param found why the bundle is not kept there, or null if it is
		 * @param remembered what stands in the way by what is remembered of the bundle
		 */
		Standing kept(@Nullable DenialReason found, @Nullable DenialReason remembered) {
			if (found != null) {
				return isGrowing() ? with(this.bundle, found) : this;
			}
			return (this.fault != null && this.fault.isBundleFault()) ? with(this.bundle, remembered) : this;
		}

		private boolean isGrowing() {
			return this.fault == null || this.fault.row().recorded();
		}

		/**
		 * Whether outcomes and denials may still enter the chain.
		 */
		boolean isRecordable() {
			return isGrowing() && logFault() == null;
		}

		/**
		 * What becomes of calls under way.
		 */
		Calls calls() {
			DenialReason chainFault = chainFault();
			if (this.fault != null && this.fault.row().calls() == Calls.END) {
				return Calls.END;
			}
			return (this.bundle.stranding() != null) ? Calls.TEN_MINUTES
					: (chainFault != null) ? chainFault.row().calls() : Calls.FINISH;
		}

		@Override
		public @Nullable DenialReason chainFault() {
			return (this.fault == DenialReason.BUNDLE_UNKNOWN) ? this.fault : logFault();
		}

		private @Nullable DenialReason logFault() {
			AuditLogException fault = log().fault();
			return (fault != null) ? StateTable.denialBy(fault) : null;
		}

		@Override
		public @Nullable DenialReason denialAt(Instant now) {
			if (this.fault != null) {
				return this.fault;
			}
			if (floor().isRolledBack(now, this.time.skew())) {
				return DenialReason.CLOCK_ROLLBACK;
			}
			DenialReason ended = endedAt(now);
			if (ended == null) {
				return logFault();
			}
			// What has ended in truth is not put right by setting the clock.
			boolean early = this.time.isPassedBy(now) && this.time.believedAt(now).map(this::endedAt).isEmpty();
			return early ? DenialReason.CLOCK_AHEAD : ended;
		}

		/**
		 * What has ended at a moment, if anything has.
		 */
		private @Nullable DenialReason endedAt(Instant time) {
			if (this.bundle.isExpiredAt(time) || !time.isBefore(this.grant.expiresAt().plus(this.time.skew()))) {
				return DenialReason.EXPIRED;
			}
			return this.bundle.jwksSnapshot().isValidAt(time) ? null : DenialReason.SNAPSHOT_EXPIRED;
		}

		/**
		 * Why a call may not run now, after making sure that its outcome can be recorded.
		 */
		@Nullable DenialReason denialOfCallAt(Instant now) {
			observe(now);
			DenialReason denial = denialAt(now);
			if (this.fault != null || (denial != null && logFault() == null)) {
				return denial;
			}
			try {
				log().checkWritable();
				return denialAt(now);
			}
			catch (AuditLogException ex) {
				return (denial != null) ? denial : StateTable.denialBy(ex);
			}
		}

		/**
		 * Takes note that a moment has been, unless the clock that shows it is known to
		 * be ahead.
		 */
		void observe(Instant now) {
			if (!this.time.isPassedBy(now)) {
				floor().observe(now);
			}
		}

		@Override
		public boolean isIdle() {
			return this.chain.isIdle();
		}

		@Override
		public void release() {
			this.chain.release();
		}

	}

}
