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
 * written when it is asked for again. Used under the lock of changes.
 */
final class RevocationMemory {

	private static final Log logger = LogFactory.getLog(RevocationMemory.class);

	private final CurrentStanding current;

	private final StoredBundle stored;

	private final ConsentOpening opening;

	/** The bundle whose revocation is to be stored, or was. */
	private @Nullable String remembered;

	RevocationMemory(CurrentStanding current, StoredBundle stored, ConsentOpening opening) {
		this.current = current;
		this.stored = stored;
		this.opening = opening;
	}

	/**
	 * Remembers durably that a bundle was revoked, which calls know already. A log that
	 * does not open gets it when it does.
	 */
	void remember(String revokedId) {
		Standing standing = this.current.held();
		ConsentBundle bundle = standing.bundle();
		if (bundle == null || !bundle.bundleId().equals(revokedId)) {
			// It is under another bundle by now.
			return;
		}
		if (this.current.isWithdrawn(revokedId) && !revokedId.equals(this.remembered)) {
			this.remembered = revokedId;
			this.stored.saveEventually(bundle);
		}
		boolean running = this.current.isRunning();
		try {
			this.stored.saveUnsaved();
		}
		finally {
			if (!running) {
				sealAfterClose(bundle);
			}
			else if (standing instanceof Standing.Open open) {
				seal(open.log());
			}
		}
	}

	private void sealAfterClose(ConsentBundle bundle) {
		OpenChain chain = this.opening.openChain(bundle);
		try {
			seal(chain.log());
		}
		finally {
			chain.release();
		}
	}

	/**
	 * Tries to write what is not written yet, before the log is given up.
	 */
	void writeAtLast(Standing last) {
		try {
			try {
				this.stored.saveUnsaved();
			}
			finally {
				if (last instanceof Standing.Open open && open.bundle().revocation() != null) {
					seal(open.log());
				}
			}
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
			if (bundle.revocation() != null) {
				seal(log);
			}
		}
		catch (GrantexGemmaException ex) {
			logger.warn("The revocation could not be noted in the audit log's seal: " + ex.getMessage());
		}
	}

	private static void seal(OfflineAuditLog log) {
		if (!log.sealed().isRevoked()) {
			log.sealed().markRevoked();
		}
	}

}
