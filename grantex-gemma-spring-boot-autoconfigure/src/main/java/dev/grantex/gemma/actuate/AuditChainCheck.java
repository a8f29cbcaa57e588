package dev.grantex.gemma.actuate;

import java.util.List;
import java.util.Objects;

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

	private @Nullable Progress progress;

	AuditChainCheck(DeviceConsent consent) {
		this.consent = consent;
	}

	/**
	 * Verifies what was appended since the last time.
	 * @return the finding over the whole chain, or nothing without a bundle
	 */
	synchronized @Nullable AuditVerdict verify() {
		ConsentBundle bundle = this.consent.bundle().orElse(null);
		OfflineAuditLog log = this.consent.log().orElse(null);
		if (bundle == null || log == null) {
			this.progress = null;
			DenialReason denial = this.consent.status().denial();
			return (denial != null && denial.isLogFault()) ? AuditVerdict.unreadable(denial.code()) : null;
		}
		Progress progress = this.progress;
		if (progress == null || !progress.bundleId.equals(bundle.bundleId())) {
			progress = new Progress(bundle.bundleId(), log);
			this.progress = progress;
		}
		try {
			return progress.advance(keys(bundle), log);
		}
		catch (AuditLogException ex) {
			return AuditVerdict.unreadable(ex.reason());
		}
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

		AuditVerdict advance(List<String> publicKeys, OfflineAuditLog log) {
			while (true) {
				long first = log.firstSequence();
				publicKeys.stream().skip(this.keys).forEach(this.verifier::addPublicKey);
				this.keys = publicKeys.size();
				ChainVerification found = (first <= this.verifier.nextSequence()) ? verify(log) : null;
				if (found != null && (found.valid() || this.begin + found.brokenAt() >= first)) {
					return AuditVerdict.of(found, first, first - this.begin, log.headHash());
				}
				// What does not hold is gone, or what comes next.
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
