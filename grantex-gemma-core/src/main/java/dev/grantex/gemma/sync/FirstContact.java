package dev.grantex.gemma.sync;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Compares a log that was just opened with what the service has of it. An older copy of
 * all files, and a cloned disk, pass every check on the device itself.
 */
final class FirstContact {

	private final DeviceConsent consent;

	private final CycleClient client;

	private final CurrentUpload current;

	/** The log that was compared. */
	private @Nullable OfflineAuditLog compared;

	FirstContact(DeviceConsent consent, CycleClient client, CurrentUpload current) {
		this.consent = consent;
		this.client = client;
		this.current = current;
	}

	/**
	 * Compares, unless that was done since the log was opened.
	 * @throws ChainStrandedException if the chain was found to be stranded
	 * @throws GrantexGemmaException if the service does not tell
	 */
	void run() {
		Optional<ConsentBundle> bundle = this.consent.bundle();
		OfflineAuditLog log = this.consent.log().orElse(null);
		if (bundle.isEmpty() || log == null || log == this.compared || isKeyErased()) {
			return;
		}
		CurrentChain chain = this.current.chain().orElseThrow();
		if (isOpenToDoubt(chain.stranding())) {
			// What is appended after the question must not hide what was lost before it.
			long head = log.headSequence();
			compare(chain, head, accepted(bundle.get()));
		}
		this.compared = log;
	}

	private long accepted(ConsentBundle bundle) {
		try {
			return this.client.bundle(bundle.bundleId()).auditEntryCount();
		}
		catch (GrantexAuthException ex) {
			if (ChainUpload.isUnknownBundle(ex)) {
				this.consent.chain().markUnknown();
			}
			throw ex;
		}
	}

	/**
	 * Whether the log was compared, or need not be: only then may another bundle take its
	 * place.
	 */
	boolean isMade() {
		OfflineAuditLog log = this.consent.log().orElse(null);
		return log == null || log == this.compared || this.consent.chain().stranding().isPresent() || isKeyErased();
	}

	private boolean isKeyErased() {
		return this.consent.bundle().filter((bundle) -> bundle.offlineAuditKey().privateKey() == null).isPresent();
	}

	private void compare(CurrentChain chain, long head, long accepted) {
		if (accepted > head) {
			if (chain.stranding() == null) {
				chain.strand(StrandingReason.ROLLED_BACK, accepted);
				throw new ChainStrandedException(StrandingReason.ROLLED_BACK, StrandingReason.ROLLED_BACK.code());
			}
			return;
		}
		// That it has grown on its own account is no proof that it has caught up.
		if (accepted <= chain.entries().position()) {
			this.consent.chain().relieve();
		}
		// If what was lost is no longer kept, the upload will ask once more.
		if (accepted < chain.entries().position() && accepted + 1 >= chain.entries().firstSequence()) {
			chain.goBackTo(accepted);
		}
	}

	private static boolean isOpenToDoubt(@Nullable Stranding stranding) {
		return stranding == null || stranding.reason() == StrandingReason.ROLLED_BACK;
	}

}
