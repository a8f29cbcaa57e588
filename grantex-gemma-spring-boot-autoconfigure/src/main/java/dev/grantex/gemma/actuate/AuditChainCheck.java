package dev.grantex.gemma.actuate;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.ChainVerification;
import dev.grantex.gemma.audit.ChainVerifier;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Verifies the current bundle's chain with its signatures, from the first entry on that
 * is kept. What was verified once is not read again, so that a growing log stays cheap to
 * watch.
 */
final class AuditChainCheck {

	private final DeviceConsent consent;

	private final Clock clock;

	private final Duration longestWait;

	/** Taken before all locks of the log. */
	private final ReentrantLock verifying = new ReentrantLock();

	private volatile @Nullable Verified last;

	private @Nullable Progress progress;

	/**
	 * Creates a check.
	 * @param longestWait how long a caller waits while another verifies
	 */
	AuditChainCheck(DeviceConsent consent, Clock clock, Duration longestWait) {
		this.consent = consent;
		this.clock = clock;
		this.longestWait = longestWait;
	}

	/**
	 * The last verdict on a bundle's chain.
	 */
	private record Verified(String bundleId, AuditVerdict verdict) {
	}

	/**
	 * Verifies what was appended since the last time, one caller at a time. The others
	 * wait, but not for long, and then get the last verdict.
	 * @return the finding over the whole chain, or nothing without a bundle
	 * @throws EndpointBusyException if another caller verifies, and there is no verdict
	 * on this chain yet
	 */
	@Nullable AuditVerdict verify() {
		if (!awaitTurn()) {
			return lastVerdict();
		}
		try {
			AuditVerdict verdict = verifyUninterrupted();
			String bundleId = this.consent.bundle().map(ConsentBundle::bundleId).orElse(null);
			this.last = (verdict != null && bundleId != null) ? new Verified(bundleId, verdict) : null;
			return verdict;
		}
		finally {
			this.verifying.unlock();
		}
	}

	private boolean awaitTurn() {
		try {
			return this.verifying.tryLock() || this.verifying.tryLock(this.longestWait.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private AuditVerdict lastVerdict() {
		Verified verified = this.last;
		boolean current = verified != null
				&& this.consent.bundle().filter((bundle) -> bundle.bundleId().equals(verified.bundleId())).isPresent();
		if (verified == null || !current) {
			throw new EndpointBusyException("Another verification is under way", this.longestWait,
					this.clock.instant());
		}
		return verified.verdict();
	}

	/**
	 * Files that are read close when the thread is interrupted, as a client's leaving
	 * does: what was found then says nothing about the log.
	 */
	private @Nullable AuditVerdict verifyUninterrupted() {
		boolean interrupted = Thread.interrupted();
		try {
			AuditVerdict verdict = verifyNow();
			while (Thread.interrupted()) {
				interrupted = true;
				verdict = verifyNow();
			}
			return verdict;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private @Nullable AuditVerdict verifyNow() {
		ConsentBundle bundle = this.consent.bundle().orElse(null);
		OfflineAuditLog log = this.consent.log().orElse(null);
		if (bundle == null || log == null) {
			this.progress = null;
			DenialReason denial = this.consent.status().denial();
			return (denial != null && denial.isLogFault()) ? unreadable(denial.code()) : null;
		}
		Progress progress = this.progress;
		if (progress == null || !progress.bundleId.equals(bundle.bundleId())) {
			progress = new Progress(bundle.bundleId(), log);
			this.progress = progress;
		}
		try {
			return progress.advance(keys(bundle), log, this.clock);
		}
		catch (AuditLogException ex) {
			return unreadable(ex.reason());
		}
	}

	private AuditVerdict unreadable(String reason) {
		return AuditVerdict.unreadable(reason, this.clock.instant());
	}

	private static List<String> keys(ConsentBundle bundle) {
		BundleState state = Objects.requireNonNull(bundle.state());
		return state.auditKeys().stream().map(AuditPublicKey::publicKey).toList();
	}

	/**
	 * How far the chain of a bundle was verified.
	 */
	private static final class Progress {

		private final String bundleId;

		private ChainVerifier verifier;

		/** The sequence number at which the verifier began. */
		private long begin;

		private int keys;

		Progress(String bundleId, OfflineAuditLog log) {
			this.bundleId = bundleId;
			this.verifier = log.verifier(List.of());
			this.begin = this.verifier.nextSequence();
		}

		AuditVerdict advance(List<String> publicKeys, OfflineAuditLog log, Clock clock) {
			log.checkFiles();
			boolean again = false;
			while (true) {
				long first = log.firstSequence();
				publicKeys.stream().skip(this.keys).forEach(this.verifier::addPublicKey);
				this.keys = publicKeys.size();
				ChainVerification found = (first <= this.verifier.nextSequence()) ? verify(log) : null;
				if (found != null && (found.valid() || this.begin + found.brokenAt() >= first)
						&& (found.valid() || again || log.confirmDamage(this.begin + found.brokenAt()))) {
					return AuditVerdict.of(found, first, first - this.begin, log.headHash(), clock.instant());
				}
				again = again || (found != null && this.begin + found.brokenAt() >= first);
				// What does not hold is gone, or what comes next, or it holds after all.
				this.verifier = log.verifier(List.of());
				this.begin = this.verifier.nextSequence();
				this.keys = 0;
			}
		}

		/**
		 * Goes on, unless what comes next is deleted at this moment.
		 */
		private @Nullable ChainVerification verify(OfflineAuditLog log) {
			try {
				return log.verify(this.verifier);
			}
			catch (AuditLogException ex) {
				if (log.firstSequence() > this.verifier.nextSequence()) {
					return null;
				}
				throw ex;
			}
		}

	}

}
