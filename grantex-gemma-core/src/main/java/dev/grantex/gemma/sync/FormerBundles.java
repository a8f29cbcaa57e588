package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.ArchivedChain;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.LogInUseException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.consent.FormerChains;
import dev.grantex.gemma.consent.ChainStanding.LastAccepted;
import dev.grantex.gemma.consent.StateTable;

/**
 * What becomes of former bundles, oldest first: what they left is delivered or, if the
 * service will never take it, archived and named on the current chain; then they are
 * forgotten.
 */
final class FormerBundles {

	private static final Log logger = LogFactory.getLog(FormerBundles.class);

	private final DeviceConsent consent;

	private final BundleRepository repository;

	private final AuditLogs logs;

	private final CycleClient client;

	private final ChainUploads uploads;

	private final ChainEnd chainEnd;

	private final Clock clock;

	private final Consumer<Object> events;

	FormerBundles(DeviceConsent consent, BundleRepository repository, AuditLogs logs, CycleClient client,
			ChainUploads uploads, ChainEnd chainEnd, Clock clock, Consumer<Object> events) {
		this.consent = consent;
		this.repository = repository;
		this.logs = logs;
		this.client = client;
		this.uploads = uploads;
		this.chainEnd = chainEnd;
		this.clock = clock;
		this.events = events;
	}

	void run(CycleReport report) {
		List<GrantexGemmaException> unreadable = new ArrayList<>();
		List<ConsentBundle> former = new ArrayList<>(this.repository.loadRetired(unreadable::add));
		unreadable.forEach((failure) -> report.failed(SyncStep.UPLOAD, null, failure));
		if (unreadable.isEmpty()) {
			report.attempt(SyncStep.UPLOAD, () -> keep(former));
		}
		String current = this.consent.bundle().map(ConsentBundle::bundleId).orElse(null);
		if (unreadable.isEmpty() && current != null) {
			// Nobody will ask any more for the chains of bundles that are not stored.
			List<String> stored = new ArrayList<>(former.stream().map(ConsentBundle::bundleId).toList());
			stored.add(current);
			this.consent.log().ifPresent((log) -> log.forgetReplaced(stored));
		}
		for (ConsentBundle bundle : former) {
			// A crash in the middle of a replacement leaves the current one there too.
			if (!bundle.bundleId().equals(current)) {
				settle(bundle, report);
			}
		}
	}

	/**
	 * Writes again what was deleted while its chain is open here.
	 */
	private void keep(List<ConsentBundle> former) {
		List<String> stored = former.stream().map(ConsentBundle::bundleId).toList();
		for (ConsentBundle bundle : this.consent.formerChains().bundles()) {
			if (!stored.contains(bundle.bundleId())) {
				this.repository.retire(bundle);
				former.add(bundle);
				logger.warn("The file of the former consent bundle " + bundle.bundleId()
						+ " was gone before it was delivered; it was written again");
			}
		}
	}

	private void settle(ConsentBundle bundle, CycleReport report) {
		Stranding stranding = bundle.stranding();
		if (stranding != null) {
			report.attempt(SyncStep.UPLOAD, bundle.bundleId(), () -> archive(bundle, stranding));
		}
		else if (!report.isUploadOver()) {
			report.attempt(SyncStep.UPLOAD, bundle.bundleId(), () -> drain(bundle, report));
		}
	}

	/**
	 * Delivers a chain, and forgets its bundle if nothing is left.
	 */
	private void drain(ConsentBundle bundle, CycleReport report) {
		// Its files are not touched for nothing.
		this.client.require(Pauses.Limit.UPLOADS);
		String id = bundle.bundleId();
		if (this.consent.readLeavingChain(id, (log) -> deliver(bundle, log, report))) {
			return;
		}
		try (FormerChains.Use chain = open(bundle, report)) {
			if (!isComplete(deliver(bundle, chain.log(), report))) {
				return;
			}
		}
		this.consent.formerChains().giveUp(id);
		this.repository.deleteRetired(id);
	}

	private FormerChain deliver(ConsentBundle bundle, OfflineAuditLog log, CycleReport report) {
		FormerChain chain = chain(bundle, ChainEntries.of(log));
		try {
			this.uploads.deliver(chain, report);
			return chain;
		}
		catch (AuditLogException ex) {
			StateTable.denialBy(ex)
				.stranding()
				.filter((reason) -> !isRestorable(reason))
				.ifPresent((reason) -> chain.strand(reason, log.synchronizedThrough() + 1));
			throw ex;
		}
	}

	/**
	 * What was moved away may be back until the log is opened anew.
	 */
	private static boolean isRestorable(StrandingReason reason) {
		return reason == StrandingReason.LOG_MISSING || reason == StrandingReason.LOG_TRUNCATED;
	}

	/**
	 * Whether the service has what the device has: an older copy of all files has nothing
	 * to deliver, but is not complete.
	 */
	private boolean isComplete(FormerChain chain) {
		if (chain.bundle().offlineAuditKey().privateKey() == null) {
			return true;
		}
		long accepted = chain.acceptedAt(this.client);
		long head = chain.entries().head();
		return !chain.compare(head, head, accepted);
	}

	private FormerChains.Use open(ConsentBundle bundle, CycleReport report) {
		try {
			return this.consent.formerChains().use(bundle);
		}
		catch (AuditLogException ex) {
			StateTable.denialBy(ex)
				.stranding()
				.ifPresent((reason) -> ChainEntries.readProvable(bundle, this.logs, this.client,
						(entries) -> giveUp(chain(bundle, entries), reason, report)));
			throw ex;
		}
	}

	/**
	 * Delivers what can be proven, unless everything was delivered and the key erased.
	 * What the service refuses of that goes into the archive like the rest.
	 */
	private void giveUp(FormerChain broken, StrandingReason reason, CycleReport report) {
		if (broken.bundle().offlineAuditKey().privateKey() != null) {
			try {
				this.uploads.deliver(broken, report);
			}
			catch (AuditRejectedException ex) {
				logger.debug("A part of what can be proven of a broken log was refused", ex);
			}
		}
		broken.strand(reason, null);
	}

	private FormerChain chain(ConsentBundle bundle, ChainEntries entries) {
		return new FormerChain(this.repository, bundle, entries, this::isCurrentKnown, this.clock, this.events);
	}

	private boolean isCurrentKnown() {
		return this.consent.bundle().filter((current) -> this.client.knows(current.bundleId())).isPresent();
	}

	/**
	 * Archives a stranded chain, as soon as the current one can name it.
	 */
	private void archive(ConsentBundle bundle, Stranding stranding) {
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
