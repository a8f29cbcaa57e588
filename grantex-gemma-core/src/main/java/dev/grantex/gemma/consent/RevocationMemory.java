package dev.grantex.gemma.consent;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * Where it is remembered that a bundle was revoked: in its file and in the seal of its
 * log, so that an older copy of one of them undoes nothing. What could not be written is
 * written when it is asked for again. Used under the consent's lock.
 */
final class RevocationMemory {

	private static final Log logger = LogFactory.getLog(RevocationMemory.class);

	private final StoredBundle stored;

	private final BundleChains chains;

	/** The bundle whose revocation is to be stored, or was. */
	private @Nullable String remembered;

	RevocationMemory(StoredBundle stored, BundleChains chains) {
		this.stored = stored;
		this.chains = chains;
	}

	/**
	 * Remembers durably that a bundle was revoked, which calls know already.
	 * @param current the standing, which may be under another bundle by now
	 * @throws GrantexGemmaException if it is not written everywhere
	 */
	void remember(CurrentStanding current, String revokedId) {
		Standing standing = current.held();
		ConsentBundle bundle = standing.bundle();
		if (bundle == null || !bundle.bundleId().equals(revokedId)) {
			return;
		}
		if (current.isWithdrawn(revokedId) && !revokedId.equals(this.remembered)) {
			this.remembered = revokedId;
			this.stored.saveEventually(bundle);
		}
		if (current.isRunning()) {
			write(standing.log());
		}
		else {
			writeAfterClose(bundle);
		}
	}

	/**
	 * Remembers it while the consent is open. A log that does not open gets it when it
	 * does.
	 * @param log the open log, if there is one
	 * @throws GrantexGemmaException if it is not written everywhere
	 */
	private void write(@Nullable OfflineAuditLog log) {
		try {
			this.stored.saveUnsaved();
		}
		finally {
			if (log != null) {
				seal(log);
			}
		}
	}

	/**
	 * Remembers it after the consent was closed, when the log has to be opened for it.
	 * @throws GrantexGemmaException if it is not written everywhere
	 */
	private void writeAfterClose(ConsentBundle bundle) {
		try {
			this.stored.saveUnsaved();
		}
		finally {
			this.chains.use(bundle, RevocationMemory::seal);
		}
	}

	/**
	 * Tries to write what is not written yet, before the log is given up.
	 */
	void writeAtLast(@Nullable ConsentBundle bundle, @Nullable OfflineAuditLog log) {
		try {
			write(isRevoked(bundle) ? log : null);
		}
		catch (GrantexGemmaException ex) {
			logger.error("The revocation could not be stored: " + ex.getMessage());
		}
	}

	/**
	 * Notes it in the seal of a log that was just opened, if its bundle says so.
	 */
	static void complete(ConsentBundle bundle, OfflineAuditLog log) {
		try {
			if (isRevoked(bundle)) {
				seal(log);
			}
		}
		catch (GrantexGemmaException ex) {
			logger.warn("The revocation could not be noted in the audit log's seal: " + ex.getMessage());
		}
	}

	/**
	 * Whether a bundle is revoked, that is noted everywhere, and the service has the
	 * whole chain or will never take the rest, so that nothing is left to sign.
	 */
	boolean isComplete(ConsentBundle bundle, @Nullable OfflineAuditLog log) {
		return isRevoked(bundle) && bundle.offlineAuditKey().privateKey() != null && !this.stored.hasUnsaved()
				&& log != null && log.sealed().isRevoked() && log.failure() == null && log.unwritten() == 0
				&& (log.unsynchronized() == 0 || isStranded(bundle));
	}

	private static boolean isStranded(ConsentBundle bundle) {
		return bundle.state() != null && bundle.state().stranding() != null;
	}

	static boolean isRevoked(@Nullable ConsentBundle bundle) {
		return bundle != null && bundle.state() != null && bundle.state().revocation() != null;
	}

	private static void seal(OfflineAuditLog log) {
		if (!log.sealed().isRevoked()) {
			log.sealed().markRevoked();
		}
	}

}
