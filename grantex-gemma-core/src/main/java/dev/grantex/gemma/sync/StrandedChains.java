package dev.grantex.gemma.sync;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.audit.ArchivedChain;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.LogInUseException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.consent.LastAccepted;

/**
 * Archives the chains of replaced bundles that can no longer grow on the service, and
 * names them on the current chain.
 */
final class StrandedChains {

	private static final Log logger = LogFactory.getLog(StrandedChains.class);

	private final DeviceConsent consent;

	private final BundleRepository repository;

	private final AuditLogs logs;

	private final ChainEnd chainEnd;

	StrandedChains(DeviceConsent consent, BundleRepository repository, AuditLogs logs, ChainEnd chainEnd) {
		this.consent = consent;
		this.repository = repository;
		this.logs = logs;
		this.chainEnd = chainEnd;
	}

	/**
	 * Archives a replaced bundle's chain.
	 * @param bundle the bundle, whose chain is stranded
	 */
	void archive(ConsentBundle bundle, Stranding stranding) {
		if (!this.consent.chain().isRecordable()) {
			return;
		}
		this.chainEnd.requireAnswer(stranding.reason());
		this.consent.formerChains().giveUp(bundle.bundleId());
		LastAccepted accepted = lastAccepted(bundle, stranding);
		ArchivedChain archived = this.logs.of(bundle).archiveRetired();
		Predecessor predecessor = new Predecessor(bundle.bundleId(), stranding.reason(), accepted.sequence(),
				accepted.hash(), archived.lastSequence(), archived.lastHash(), archived.name(), archived.sha256());
		if (this.consent.chain().recordArchived(predecessor)) {
			this.repository.deleteRetired(bundle.bundleId());
			logger.warn("The chain of the former consent bundle " + bundle.bundleId() + " cannot be delivered ("
					+ stranding.reason().code() + "); its files were archived, and the current chain names them");
		}
	}

	/**
	 * Looks up to where the service has the chain, unless calls on it still are under
	 * way.
	 */
	private LastAccepted lastAccepted(ConsentBundle bundle, Stranding stranding) {
		try (OfflineAuditLog log = this.logs.of(bundle).openRetired()) {
			return this.chainEnd.of(bundle, log, stranding.reason());
		}
		catch (LogInUseException ex) {
			throw ex;
		}
		catch (AuditLogException ex) {
			// It cannot be opened, or was archived already.
			return this.chainEnd.of(bundle, null, stranding.reason());
		}
	}

}
