package dev.grantex.gemma.sync;

import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Delivers the evidence of the current bundle.
 */
final class CurrentUpload {

	private final DeviceConsent consent;

	private final ChainUploads uploads;

	private final BrokenLogs broken;

	private final RevocationCheck revocations;

	private final Consumer<Object> events;

	/** The bundle of whose broken log nothing is left to deliver. */
	private @Nullable String deliveredBroken;

	CurrentUpload(DeviceConsent consent, ChainUploads uploads, BrokenLogs broken, RevocationCheck revocations,
			Consumer<Object> events) {
		this.consent = consent;
		this.uploads = uploads;
		this.broken = broken;
		this.revocations = revocations;
		this.events = events;
	}

	/**
	 * Delivers the current chain as far as it reaches now, or as far as it can be proven
	 * if its log does not open.
	 */
	void run(CycleReport report) {
		Optional<CurrentChain> chain = chain();
		if (chain.isPresent()) {
			this.deliveredBroken = null;
			this.uploads.deliver(chain.get(), report);
		}
		else if (isBroken()) {
			deliverBroken(this.consent.bundle().orElseThrow(), report);
		}
	}

	/**
	 * Checks that it can be told what is left to deliver, once the cycle may have put
	 * another chain in the current one's place.
	 * @throws UncountedEntriesException if not
	 */
	void requireCounted() {
		ConsentStatus status = this.consent.status();
		if (status.unsynchronized().isEmpty()) {
			throw new UncountedEntriesException(this.consent.chain()
				.fault()
				.or(() -> Optional.ofNullable(status.denial()))
				.map(DenialReason::code)
				.orElse(AuditLogException.LOG_UNWRITABLE));
		}
	}

	/**
	 * The current chain, if its log is open.
	 */
	Optional<CurrentChain> chain() {
		Optional<OfflineAuditLog> log = this.consent.log();
		return (this.consent.bundle().isPresent() && log.isPresent()) ? Optional.of(chain(new LogEntries(log.get())))
				: Optional.empty();
	}

	private CurrentChain chain(ChainEntries entries) {
		return new CurrentChain(this.consent, entries, this.revocations, this.events);
	}

	private boolean isBroken() {
		DenialReason denial = this.consent.status().denial();
		ConsentBundle bundle = this.consent.bundle().orElse(null);
		return bundle != null && bundle.offlineAuditKey().privateKey() != null && denial != null
				&& denial.row().delivered() && !bundle.bundleId().equals(this.deliveredBroken);
	}

	private void deliverBroken(ConsentBundle bundle, CycleReport report) {
		try (PrefixEntries entries = this.broken.open(bundle)) {
			this.uploads.deliver(chain(entries), report);
			this.deliveredBroken = bundle.bundleId();
		}
		catch (AuditRejectedException ex) {
			this.deliveredBroken = bundle.bundleId();
			throw ex;
		}
	}

}
