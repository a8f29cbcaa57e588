package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.cloud.RevocationStatus;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * Asks the service whether the consent was withdrawn, and withdraws it on the device.
 */
final class RevocationCheck {

	private static final Log logger = LogFactory.getLog(RevocationCheck.class);

	private final DeviceConsent consent;

	private final CycleClient client;

	private final Clock clock;

	private final Consumer<Object> events;

	RevocationCheck(DeviceConsent consent, CycleClient client, Clock clock, Consumer<Object> events) {
		this.consent = consent;
		this.client = client;
		this.clock = clock;
		this.events = events;
	}

	void run() {
		Optional<ConsentBundle> bundle = this.consent.bundle();
		if (bundle.isEmpty()) {
			return;
		}
		Revocation known = revocation(bundle.get());
		if (known != null) {
			this.consent.revoke(known);
			return;
		}
		RevocationStatus status = this.client.revocationStatus(bundle.get().bundleId());
		if (status.isWithdrawn()) {
			revoke(status.revokedAt(), status.grantRevoked());
		}
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
	 * Erases the private key of a revoked bundle once everything is delivered.
	 */
	void eraseKey() {
		this.consent.auditKey().erase();
	}

	/**
	 * Halts the device: in memory, then durably, then publicly.
	 */
	void revoke(@Nullable Instant revokedAt, boolean grantRevoked) {
		Optional<ConsentBundle> bundle = this.consent.bundle();
		if (bundle.isEmpty() || revocation(bundle.get()) != null) {
			return;
		}
		logger.warn("The consent bundle " + bundle.get().bundleId() + " was revoked");
		Revocation revocation = new Revocation((revokedAt != null) ? revokedAt : this.clock.instant(), grantRevoked);
		try {
			this.consent.revoke(revocation);
		}
		finally {
			this.events.accept(new ConsentRevoked(bundle.get().bundleId(), revocation));
		}
	}

	private static @Nullable Revocation revocation(ConsentBundle bundle) {
		BundleState state = bundle.state();
		return (state != null) ? state.revocation() : null;
	}

}
