package dev.grantex.gemma.actuate;

import java.time.Clock;
import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.DeviceConsent;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.SyncStatus;

/**
 * Shows the consent and its evidence without any secret, verifies the audit chain, and
 * synchronizes on demand. It cannot do anything else: above all not undo a revocation.
 */
@Endpoint(id = "grantex")
public class GrantexEndpoint implements AutoCloseable {

	private static final String AUDIT = "audit";

	private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

	private static final Duration LONGEST_CYCLE = Duration.ofMinutes(1);

	private final DeviceConsent consent;

	private final AuditSynchronizer synchronizer;

	private final RequestedCycles cycles;

	private final AuditChainCheck chainCheck;

	public GrantexEndpoint(DeviceConsent consent, AuditSynchronizer synchronizer, Clock clock) {
		this(consent, synchronizer, clock, LONGEST_WAIT, LONGEST_CYCLE);
	}

	/**
	 * Creates an endpoint.
	 * @param longestWait how long a verification waits for one that is under way
	 * @param longestCycle how long a request for a cycle waits for it
	 */
	GrantexEndpoint(DeviceConsent consent, AuditSynchronizer synchronizer, Clock clock, Duration longestWait,
			Duration longestCycle) {
		this.consent = consent;
		this.synchronizer = synchronizer;
		this.cycles = new RequestedCycles(synchronizer, clock, longestCycle);
		this.chainCheck = new AuditChainCheck(consent, clock, longestWait);
	}

	/**
	 * The bundle, the grant, the chain, synchronization and the clock as they stand.
	 */
	@ReadOperation
	public GrantexDescriptor status() {
		ConsentStatus status = this.consent.status();
		SyncStatus sync = this.synchronizer.status();
		DenialReason denial = status.denial();
		return new GrantexDescriptor(denial == null, (denial != null) ? denial.code() : null,
				DenialRemedy.of(status, sync), GrantexDescriptor.BundleDescriptor.of(status), status.grant(),
				GrantexDescriptor.AuditDescriptor.of(status), status.unrecorded(),
				GrantexDescriptor.OrphanDescriptor.of(status), GrantexDescriptor.SyncDescriptor.of(sync),
				GrantexDescriptor.ClockDescriptor.of(status));
	}

	/**
	 * Verifies the current bundle's chain with its signatures, from the first entry on
	 * that is kept, reading only what was added since the last time. While another caller
	 * does so, waits 5 seconds at most and answers the last verdict then.
	 * @param section {@code audit}
	 * @return the verdict, or nothing for another section
	 * @throws EndpointBusyException if another caller verifies, and there is no verdict
	 * yet
	 */
	@ReadOperation
	public @Nullable AuditVerdict verify(@Selector String section) {
		return AUDIT.equals(section) ? this.chainCheck.verify() : null;
	}

	/**
	 * Runs one synchronization cycle, which begins after the request and which all who
	 * wait share. Eight wait at a time, a minute at most.
	 * @return what the cycle did
	 * @throws EndpointBusyException if eight wait already, if it has not ended within a
	 * minute, or while the service has asked to wait with everything
	 */
	@WriteOperation
	public GrantexDescriptor.CycleDescriptor sync() {
		return GrantexDescriptor.CycleDescriptor.of(this.cycles.await());
	}

	/**
	 * How many wait for a cycle.
	 */
	int waiting() {
		return this.cycles.waiting();
	}

	/**
	 * Ends the cycle under way that was asked for here.
	 */
	@Override
	public void close() {
		this.cycles.close();
	}

}
