package dev.grantex.gemma.sync;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Compares a log that was just opened with what the service has of it. An older copy of
 * all files, and a cloned disk, pass every check on the device itself.
 */
final class FirstContact {

	private final DeviceConsent consent;

	private final GrantexClient client;

	private final CurrentUpload current;

	/** The log that was compared. */
	private @Nullable OfflineAuditLog compared;

	FirstContact(DeviceConsent consent, GrantexClient client, CurrentUpload current) {
		this.consent = consent;
		this.client = client;
		this.current = current;
	}

	/**
	 * Compares, unless that was done since the log was opened.
	 * @throws ChainStrandedException if the chain was found to be stranded
	 */
	void run() {
		Optional<ConsentBundle> bundle = this.consent.bundle();
		OfflineAuditLog log = this.consent.log().orElse(null);
		if (bundle.isEmpty() || log == null || log == this.compared
				|| bundle.get().offlineAuditKey().privateKey() == null) {
			return;
		}
		CurrentChain chain = this.current.chain().orElseThrow();
		if (isOpenToDoubt(chain.stranding())) {
			// What is appended after the question must not hide what was lost before it.
			long head = log.headSequence();
			long accepted = this.client.bundle(bundle.get().bundleId()).auditEntryCount();
			compare(chain, head, accepted);
		}
		this.compared = log;
	}

	private void compare(CurrentChain chain, long head, long accepted) {
		if (accepted > head) {
			if (chain.stranding() == null) {
				chain.strand(StrandingReason.ROLLED_BACK, accepted);
				throw new ChainStrandedException(StrandingReason.ROLLED_BACK, StrandingReason.ROLLED_BACK.code());
			}
			return;
		}
		this.consent.chain().relieve();
		if (accepted < chain.entries().position()) {
			chain.goBackTo(accepted);
		}
	}

	private static boolean isOpenToDoubt(@Nullable Stranding stranding) {
		return stranding == null || stranding.reason() == StrandingReason.ROLLED_BACK;
	}

}
