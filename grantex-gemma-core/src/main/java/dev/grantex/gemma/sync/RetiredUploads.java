package dev.grantex.gemma.sync;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.consent.FormerChains;

/**
 * Delivers what replaced bundles left behind, and forgets those that are drained. One
 * whose chain is stranded stays until it is archived.
 */
final class RetiredUploads {

	private static final Log logger = LogFactory.getLog(RetiredUploads.class);

	private final DeviceConsent consent;

	private final BundleRepository repository;

	private final CycleClient client;

	private final ChainUploads uploads;

	private final BrokenLogs broken;

	private final Clock clock;

	private final Consumer<Object> events;

	RetiredUploads(DeviceConsent consent, BundleRepository repository, CycleClient client, ChainUploads uploads,
			BrokenLogs broken, Clock clock, Consumer<Object> events) {
		this.consent = consent;
		this.repository = repository;
		this.client = client;
		this.uploads = uploads;
		this.broken = broken;
		this.clock = clock;
		this.events = events;
	}

	/**
	 * Delivers the chain of a replaced bundle, and forgets the bundle if nothing is left.
	 */
	void drain(ConsentBundle bundle, CycleReport report) {
		// Its files are not touched for nothing.
		this.client.requireUploads();
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

	/**
	 * Whether the service has what the device has: an older copy of all files has nothing
	 * to deliver, but is not complete.
	 */
	private boolean isComplete(RetiredChain chain) {
		if (chain.bundle().offlineAuditKey().privateKey() == null) {
			return true;
		}
		ChainEntries entries = chain.entries();
		long accepted = accepted(chain);
		if (accepted > entries.head()) {
			chain.strand(StrandingReason.ROLLED_BACK, accepted);
			throw new ChainStrandedException(StrandingReason.ROLLED_BACK, StrandingReason.ROLLED_BACK.code());
		}
		if (accepted < entries.head() && accepted + 1 >= entries.firstSequence()) {
			chain.goBackTo(accepted);
			return false;
		}
		return true;
	}

	private long accepted(RetiredChain chain) {
		try {
			return this.client.bundle(chain.bundle().bundleId()).auditEntryCount();
		}
		catch (GrantexAuthException ex) {
			if (ChainUpload.isUnknownBundle(ex)) {
				chain.unknown();
			}
			throw ex;
		}
	}

	private FormerChains.Use open(ConsentBundle bundle, CycleReport report) {
		try {
			return this.consent.formerChains().use(bundle);
		}
		catch (AuditLogException ex) {
			BrokenLogs.strandingBy(ex).ifPresent((reason) -> deliverBroken(bundle, reason, report));
			throw ex;
		}
	}

	/**
	 * Delivers what can be proven, unless everything was delivered and the key erased.
	 * What the service refuses of that goes into the archive like the rest.
	 */
	private void deliverBroken(ConsentBundle bundle, StrandingReason reason, CycleReport report) {
		try (PrefixEntries entries = this.broken.open(bundle)) {
			RetiredChain chain = chain(bundle, entries);
			if (bundle.offlineAuditKey().privateKey() != null) {
				deliverProvable(chain, report);
			}
			chain.strand(reason, null);
		}
	}

	private void deliverProvable(RetiredChain chain, CycleReport report) {
		try {
			this.uploads.deliver(chain, report);
		}
		catch (AuditRejectedException ex) {
			logger.debug("A part of what can be proven of a broken log was refused", ex);
		}
	}

	private RetiredChain deliver(ConsentBundle bundle, OfflineAuditLog log, CycleReport report) {
		RetiredChain chain = chain(bundle, new LogEntries(log));
		try {
			this.uploads.deliver(chain, report);
			return chain;
		}
		catch (AuditLogException ex) {
			BrokenLogs.strandingBy(ex)
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

	private RetiredChain chain(ConsentBundle bundle, ChainEntries entries) {
		return new RetiredChain(this.repository, bundle, entries, this::isCurrentKnown, this.clock, this.events);
	}

	private boolean isCurrentKnown() {
		try {
			return this.consent.bundle().map((current) -> this.client.bundle(current.bundleId())).isPresent();
		}
		catch (GrantexGemmaException ex) {
			return false;
		}
	}

}
