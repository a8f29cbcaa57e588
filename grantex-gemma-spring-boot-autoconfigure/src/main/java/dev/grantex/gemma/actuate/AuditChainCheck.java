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
 * Verifies the current bundle's chain with its signatures. What was verified once is not
 * read again, so that a growing log stays cheap to watch.
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
			progress = new Progress(bundle.bundleId());
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

		private final ChainVerifier verifier = ChainVerifier.fromStart(List.of());

		private int keys;

		Progress(String bundleId) {
			this.bundleId = bundleId;
		}

		AuditVerdict advance(List<String> publicKeys, OfflineAuditLog log) {
			publicKeys.stream().skip(this.keys).forEach(this.verifier::addPublicKey);
			this.keys = publicKeys.size();
			ChainVerification verification = log.verify(this.verifier);
			return AuditVerdict.of(verification, log.headHash());
		}

	}

}
