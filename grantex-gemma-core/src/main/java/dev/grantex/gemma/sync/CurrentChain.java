package dev.grantex.gemma.sync;

import java.time.Instant;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.SyncResponse;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * The chain of the current bundle: what the service answers changes the consent.
 */
final class CurrentChain extends DeliveredChain {

	private static final Log logger = LogFactory.getLog(CurrentChain.class);

	private final DeviceConsent consent;

	private final CurrentBundle current;

	CurrentChain(DeviceConsent consent, ConsentBundle bundle, ChainEntries entries, CurrentBundle current,
			Consumer<Object> events) {
		super(bundle.bundleId(), entries, events);
		this.consent = consent;
		this.current = current;
	}

	ConsentBundle bundle() {
		return this.consent.bundle().orElseThrow();
	}

	@Override
	BundleState state() {
		return stateOf(bundle());
	}

	@Override
	@Nullable String syncEndpoint() {
		return bundle().syncEndpoint();
	}

	@Override
	boolean isCurrent() {
		return true;
	}

	@Override
	void accepted(SyncResponse answer) {
		this.consent.chain().markKnown();
		if (hasCaughtUp(state().stranding())) {
			this.consent.chain().relieve();
		}
		if (answer.revoked()) {
			this.current.revoke(answer.revokedAt(), true);
		}
	}

	/**
	 * Whether the service has taken, or had, all that it was ahead by.
	 */
	private boolean hasCaughtUp(@Nullable Stranding stranding) {
		return stranding != null && stranding.reason() == StrandingReason.ROLLED_BACK && stranding.sequence() != null
				&& entries().position() >= stranding.sequence();
	}

	@Override
	void revoked(boolean grantRevoked) {
		this.current.revoke(null, grantRevoked);
	}

	@Override
	void unknown() {
		this.consent.chain().markUnknown();
	}

	/**
	 * Where the log does not open, that is what the chain is given up for.
	 */
	@Override
	void rememberStranding(StrandingReason reason, @Nullable Long sequence) {
		if (entries().log() != null) {
			this.consent.chain().strand(reason, sequence);
		}
	}

	@Override
	void beginRefresh(@Nullable Instant repairAt) {
		if (repairAt != null) {
			this.consent.auditKey().beginRepair(repairAt);
		}
		else {
			this.consent.auditKey().begin();
		}
	}

	@Override
	void refresh(ConsentBundle refreshed) {
		this.consent.auditKey().refresh(refreshed);
		logger.info("The consent bundle " + refreshed.bundleId() + " was refreshed; it ends at "
				+ refreshed.offlineExpiresAt());
		tell(new BundleRefreshed(refreshed.bundleId(), refreshed.offlineExpiresAt()));
	}

	@Override
	void confirmKey() {
		this.consent.auditKey().confirm();
	}

}
