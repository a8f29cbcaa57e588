package dev.grantex.gemma.actuate;

import java.time.Clock;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.SyncResult;

/**
 * Shows the consent and its evidence without any secret, verifies the audit chain, and
 * synchronizes on demand. It cannot do anything else: above all not undo a revocation.
 */
@Endpoint(id = "grantex")
public class GrantexEndpoint {

	private static final String AUDIT = "audit";

	private final DeviceConsent consent;

	private final AuditSynchronizer synchronizer;

	private final AuditChainCheck chainCheck;

	private final Clock clock;

	public GrantexEndpoint(DeviceConsent consent, AuditSynchronizer synchronizer, Clock clock) {
		this.consent = consent;
		this.synchronizer = synchronizer;
		this.chainCheck = new AuditChainCheck(consent);
		this.clock = clock;
	}

	/**
	 * The bundle, the grant, the chain, synchronization and the clock as they stand.
	 */
	@ReadOperation
	public GrantexDescriptor status() {
		ConsentStatus status = this.consent.status();
		DenialReason denial = status.denial();
		return new GrantexDescriptor(denial == null, (denial != null) ? denial.code() : null,
				(denial != null) ? denial.remedy() : null, GrantexDescriptor.BundleDescriptor.of(status),
				status.grant(), GrantexDescriptor.AuditDescriptor.of(status.audit()),
				GrantexDescriptor.SyncDescriptor.of(this.synchronizer.status()),
				new GrantexDescriptor.ClockDescriptor(this.clock.instant(), status.clockFloor()));
	}

	/**
	 * Verifies the current bundle's chain with its signatures, from the first entry on
	 * that is kept, reading only what was added since the last time.
	 * @param section {@code audit}
	 * @return the verdict, or nothing for another section
	 */
	@ReadOperation
	public @Nullable AuditVerdict verify(@Selector String section) {
		return AUDIT.equals(section) ? this.chainCheck.verify() : null;
	}

	/**
	 * Runs one synchronization cycle now.
	 */
	@WriteOperation
	public SyncResult sync() {
		return this.synchronizer.sync();
	}

}
