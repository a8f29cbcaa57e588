package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.ClockFloor;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
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
	 * Halts calls for good.
	 */
	Standing revoked(ConsentBundle bundle) {
		return (this.fault == DenialReason.NOT_RUNNING) ? withBundle(bundle) : withFault(bundle, DenialReason.REVOKED);
	}

	/**
	 * Halts calls, unless something halts them already that does not pass sooner.
	 */
	Standing halted(ConsentBundle bundle, DenialReason reason) {
		boolean lasting = this.fault != null && this.fault != DenialReason.BUNDLE_MISMATCH
				&& this.fault != DenialReason.BUNDLE_UNKNOWN;
		return lasting ? withBundle(bundle) : withFault(bundle, reason);
	}

	/**
	 * The same with what was found about where the bundle is stored. What is more final
	 * stays.
	 * @param found why the bundle is not kept there, or null if it is
	 * @param remembered what stands in the way by what is remembered of the bundle
	 */
	Standing kept(@Nullable DenialReason found, @Nullable DenialReason remembered) {
		boolean changeable = this.fault == null || this.fault == DenialReason.BUNDLE_MISMATCH
				|| this.fault == DenialReason.BUNDLE_UNKNOWN || this.fault.isBundleFault();
		if (this.bundle == null || this.usable == null || !changeable) {
			return this;
		}
		if (found != null) {
			return withFault(this.bundle, found);
		}
		return (this.fault != null && this.fault.isBundleFault()) ? withFault(this.bundle, remembered) : this;
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
		boolean none = this.fault == DenialReason.NO_BUNDLE || isWaitingForABundle();
		return none ? denied(null, DenialReason.of(failure)) : this;
	}

	/**
	 * Whether nothing is stored because of what is left on disk: the log of a bundle
	 * could not be begun, or evidence without its bundle cannot be delivered.
	 */
	boolean isWaitingForABundle() {
		return this.bundle == null && this.fault != null
				&& (this.fault.isLogFault() || this.fault == DenialReason.BUNDLE_MISSING);
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
	 * Whether the consent was revoked.
	 */
	boolean isRevoked() {
		return this.fault == DenialReason.REVOKED;
	}

	/**
	 * Whether the chain can no longer grow on the service.
	 */
	boolean isStranded() {
		BundleState state = (this.bundle != null) ? this.bundle.state() : null;
		DenialReason chainFault = chainFault();
		return (state != null && state.stranding() != null)
				|| (chainFault != null && chainFault.stranding().isPresent());
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
	 * Whether a time, told as a second, lies within the current bundle's life.
	 */
	boolean isWithinLife(Instant second) {
		ConsentBundle current = this.bundle;
		return current != null && !second.isBefore(current.checkpointAt().truncatedTo(ChronoUnit.SECONDS))
				&& !second.isAfter(current.offlineExpiresAt());
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
	 * Takes note that a moment has been, unless the clock that shows it is known to be
	 * ahead.
	 */
	void observe(Instant now) {
		if (this.usable != null && !this.usable.isAhead(now)) {
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
	 * @param unrecorded how many calls ended and should be on record
	 * @param request what is configured to be requested
	 * @param clocks what the clocks show now
	 * @param orphans chains whose bundles are gone
	 */
	ConsentStatus statusAt(@Nullable DenialReason owed, int unrecorded, @Nullable BundleRequest request,
			ConsentStatus.Clocks clocks, List<ConsentStatus.Orphan> orphans) {
		DenialReason own = denialAt(clocks.device());
		DenialReason denial = (own != null) ? own : owed;
		Usable current = this.usable;
		return (current != null)
				? new ConsentStatus(denial, this.bundle, current.grant(), current.floor().instant(),
						ConsentStatus.Audit.of(current.chain().log()), unrecorded, request, clocks, orphans)
				: new ConsentStatus(denial, this.bundle, null, null, null, unrecorded, request, clocks, orphans);
	}

	/**
	 * Whether outcomes and denials may still enter the chain.
	 */
	boolean isRecordable() {
		boolean growing = this.fault == null || this.fault == DenialReason.BUNDLE_MISMATCH
				|| this.fault == DenialReason.BUNDLE_UNKNOWN || this.fault.isBundleFault();
		return growing && this.usable != null && this.usable.logFault() == null;
	}

	/**
	 * A bundle whose grant verified and whose log is open.
	 *
	 * @param bundle the bundle
	 * @param grant its grant
	 * @param verifier verifies callers' own tokens against the bundle
	 * @param chain the bundle's log
	 * @param serviceClock the service's time
	 * @param skew how far clocks may differ
	 */
	record Usable(ConsentBundle bundle, VerifiedGrant grant, OfflineVerifier verifier, OpenChain chain,
			ServiceClock serviceClock, Duration skew) {

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
			DenialReason ended = endedAt(now);
			if (ended == null) {
				return logFault();
			}
			// What has ended in truth is not put right by setting the clock.
			boolean early = isAhead(now) && this.serviceClock.believedAt(now).map(this::endedAt).isEmpty();
			return early ? DenialReason.CLOCK_AHEAD : ended;
		}

		/**
		 * What has ended at a moment, if anything has.
		 */
		private @Nullable DenialReason endedAt(Instant time) {
			if (this.bundle.isExpiredAt(time) || !time.isBefore(this.grant.expiresAt().plus(this.skew))) {
				return DenialReason.EXPIRED;
			}
			return this.bundle.jwksSnapshot().isValidAt(time) ? null : DenialReason.SNAPSHOT_EXPIRED;
		}

		/**
		 * Whether this device's clock is known to be ahead of the service's time.
		 */
		boolean isAhead(Instant now) {
			return this.serviceClock.isPassedBy(now, this.skew);
		}

		@Nullable DenialReason logFault() {
			AuditLogException fault = this.chain.log().fault();
			return (fault != null) ? DenialReason.of(fault) : null;
		}

	}

}
