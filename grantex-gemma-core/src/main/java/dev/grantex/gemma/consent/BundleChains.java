package dev.grantex.gemma.consent;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ArchivedChain;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Orphan;
import dev.grantex.gemma.bundle.Predecessor;

/**
 * Begins and opens the chains of the device's bundles, and knows the one that was opened
 * last, which calls may keep open after the consent was closed. Used under the consent's
 * lock.
 */
final class BundleChains {

	private final AuditLogs logs;

	private @Nullable OpenChain last;

	BundleChains(AuditLogs logs) {
		this.logs = logs;
	}

	/**
	 * Begins the chain of a bundle that is about to be stored.
	 * @throws AuditLogException if that is not possible
	 */
	void begin(ConsentBundle bundle) {
		this.logs.of(bundle).begin();
	}

	/**
	 * Opens the chain of the current bundle, or takes it up again if calls have kept it
	 * open since the consent was closed.
	 * @throws AuditLogException if that is not possible
	 */
	OpenChain open(ConsentBundle bundle) {
		OpenChain still = this.last;
		if (still != null && still.isOf(bundle)) {
			if (still.acquire()) {
				return still;
			}
			still.awaitClosing();
		}
		OpenChain opened = new OpenChain(bundle, this.logs.of(bundle).open());
		this.last = opened;
		return opened;
	}

	/**
	 * Opens the chain of a replaced bundle. Needs no lock.
	 * @throws AuditLogException if that is not possible
	 */
	OpenChain openFormer(ConsentBundle bundle) {
		return new OpenChain(bundle, this.logs.of(bundle).openRetired());
	}

	/**
	 * Moves the files of the current bundle's chain, which is closed, into an archive.
	 * @throws AuditLogException if that is not possible now; it can be tried again
	 */
	ArchivedChain archive(ConsentBundle bundle) {
		return this.logs.of(bundle).archive();
	}

	/**
	 * Moves the files of a chain whose bundle is gone into an archive.
	 * @param bundle the bundle whose chain names it
	 * @throws AuditLogException if that is not possible now; it can be tried again
	 */
	Orphan archive(ConsentBundle bundle, Orphan orphan) {
		Predecessor named = orphan.named();
		ArchivedChain archived = this.logs.of(bundle).archiveOrphan(orphan.grantId(), named.bundleId());
		return new Orphan(orphan.grantId(),
				named.archivedAs(archived.lastSequence(), archived.lastHash(), archived.name(), archived.sha256()));
	}

	/**
	 * Does something with the log of a bundle, which is opened for it if it is not open.
	 * @throws AuditLogException if that is not possible
	 */
	void use(ConsentBundle bundle, Consumer<OfflineAuditLog> action) {
		OpenChain chain = open(bundle);
		try {
			action.accept(chain.log());
		}
		finally {
			chain.release();
		}
	}

}
