package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.RevocationStatus;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * What a cycle does about the current bundle: it learns of a withdrawal, compares the log
 * with what the service has of it, and delivers the evidence. An older copy of all files,
 * and a cloned disk, pass every check on the device itself, so each log is compared once
 * after it was opened.
 */
final class CurrentBundle {

	private static final Log logger = LogFactory.getLog(CurrentBundle.class);

	private final DeviceConsent consent;

	private final CycleClient client;

	private final ChainUploads uploads;

	private final AuditLogs logs;

	private final Clock clock;

	private final Consumer<Object> events;

	/** The log that was compared with the service. */
	private @Nullable OfflineAuditLog compared;

	/** The bundle of whose broken log nothing is left to deliver. */
	private @Nullable String deliveredBroken;

	CurrentBundle(DeviceConsent consent, CycleClient client, ChainUploads uploads, AuditLogs logs, Clock clock,
			Consumer<Object> events) {
		this.consent = consent;
		this.client = client;
		this.uploads = uploads;
		this.logs = logs;
		this.clock = clock;
		this.events = events;
	}

	/**
	 * Asks the service whether the consent was withdrawn, and withdraws it on the device.
	 */
	void askForStatus() {
		try {
			this.consent.bundle().ifPresent(this::askForStatus);
			this.consent.chain().markKnown();
		}
		catch (GrantexAuthException ex) {
			if (CycleClient.isUnknownBundle(ex)) {
				this.consent.chain().markUnknown();
			}
			throw ex;
		}
	}

	private void askForStatus(ConsentBundle bundle) {
		Revocation known = bundle.revocation();
		if (known != null) {
			this.consent.revoke(known);
			return;
		}
		RevocationStatus status = this.client.revocationStatus(bundle.bundleId());
		if (status.isWithdrawn()) {
			revoke(status.revokedAt(), status.grantRevoked());
		}
	}

	/**
	 * Halts the device: in memory, then durably, then publicly.
	 */
	void revoke(@Nullable Instant revokedAt, boolean grantRevoked) {
		ConsentBundle bundle = this.consent.bundle().orElse(null);
		if (bundle == null || bundle.revocation() != null) {
			return;
		}
		logger.warn("The consent bundle " + bundle.bundleId() + " was revoked");
		Revocation revocation = new Revocation((revokedAt != null) ? revokedAt : this.clock.instant(), grantRevoked);
		try {
			this.consent.revoke(revocation);
		}
		finally {
			this.events.accept(new ConsentRevoked(bundle.bundleId(), revocation));
		}
	}

	/**
	 * Compares the log with what the service has of it, unless that was done since it was
	 * opened.
	 * @throws StepException if the chain was found to be stranded
	 * @throws GrantexGemmaException if the service does not tell
	 */
	void compare() {
		CurrentChain chain = chain().orElse(null);
		OfflineAuditLog log = (chain != null) ? chain.entries().log() : null;
		if (chain == null || log == null || log == this.compared || isKeyErased()) {
			return;
		}
		Stranding stranding = chain.state().stranding();
		if (stranding == null || stranding.reason() == StrandingReason.ROLLED_BACK) {
			// What is appended after the question must not hide what was lost before it.
			long head = log.headSequence();
			long accepted = chain.acceptedAt(this.client);
			// That it has grown on its own account is no proof that it has caught up.
			if (accepted <= chain.entries().position()) {
				this.consent.chain().relieve();
			}
			if (accepted <= head || stranding == null) {
				chain.compare(head, chain.entries().position(), accepted);
			}
		}
		this.compared = log;
	}

	/**
	 * Whether the log was compared, or need not be: only then may another bundle take its
	 * place.
	 */
	boolean isCompared() {
		OfflineAuditLog log = this.consent.log().orElse(null);
		return log == null || log == this.compared || this.consent.chain().stranding().isPresent() || isKeyErased();
	}

	private boolean isKeyErased() {
		return this.consent.bundle().filter((bundle) -> bundle.offlineAuditKey().privateKey() == null).isPresent();
	}

	/**
	 * The current chain, if its log is open.
	 */
	Optional<CurrentChain> chain() {
		return this.consent.bundle()
			.flatMap((bundle) -> this.consent.log().map((log) -> chain(bundle, ChainEntries.of(log))));
	}

	private CurrentChain chain(ConsentBundle bundle, ChainEntries entries) {
		return new CurrentChain(this.consent, bundle, entries, this, this.events);
	}

	/**
	 * Writes what the chain of a revoked bundle still has to say, before it is delivered.
	 */
	void finishChain() {
		if (this.consent.status().revocation() != null && this.consent.chain().isIdle()) {
			this.consent.log().ifPresent(OfflineAuditLog::flushDenials);
		}
	}

	/**
	 * Delivers the current chain as far as it reaches now, or as far as it can be proven
	 * if its log does not open.
	 */
	void deliver(CycleReport report) {
		Optional<CurrentChain> chain = chain();
		if (chain.isPresent()) {
			this.deliveredBroken = null;
			this.uploads.deliver(chain.get(), report);
		}
		else {
			this.consent.bundle().filter(this::isBroken).ifPresent((bundle) -> deliverBroken(bundle, report));
		}
	}

	private boolean isBroken(ConsentBundle bundle) {
		DenialReason denial = this.consent.status().denial();
		return bundle.offlineAuditKey().privateKey() != null && denial != null && denial.row().delivered()
				&& !bundle.bundleId().equals(this.deliveredBroken);
	}

	private void deliverBroken(ConsentBundle bundle, CycleReport report) {
		try {
			ChainEntries.readProvable(bundle, this.logs, this.client, (entries) -> {
				this.uploads.deliver(chain(bundle, entries), report);
				this.deliveredBroken = bundle.bundleId();
			});
		}
		catch (AuditRejectedException ex) {
			this.deliveredBroken = bundle.bundleId();
			throw ex;
		}
	}

	/**
	 * Checks that it can be told what is left to deliver, once the cycle may have put
	 * another chain in the current one's place.
	 * @throws StepException if not
	 */
	void requireCounted() {
		ConsentStatus status = this.consent.status();
		if (status.unsynchronized().isEmpty()) {
			String code = this.consent.chain()
				.fault()
				.or(() -> Optional.ofNullable(status.denial()))
				.map(DenialReason::code)
				.orElse(AuditLogException.LOG_UNWRITABLE);
			throw new StepException("It cannot be told what is left to deliver", SyncProblem.Kind.LOCAL, code);
		}
	}

}
