package dev.grantex.gemma.sync;

import java.time.Instant;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.SyncResponse;
import dev.grantex.gemma.consent.DeviceConsent;

/**
 * The chain of the current bundle: what the service answers changes the consent.
 */
final class CurrentChain implements KeyedChain {

	private static final Log logger = LogFactory.getLog(CurrentChain.class);

	private final DeviceConsent consent;

	private final ChainEntries entries;

	private final RevocationCheck revocations;

	private final Consumer<Object> events;

	CurrentChain(DeviceConsent consent, ChainEntries entries, RevocationCheck revocations, Consumer<Object> events) {
		this.consent = consent;
		this.entries = entries;
		this.revocations = revocations;
		this.events = events;
	}

	@Override
	public ConsentBundle bundle() {
		return this.consent.bundle().orElseThrow();
	}

	@Override
	public @Nullable String formerBundleId() {
		return null;
	}

	@Override
	public ChainEntries entries() {
		return this.entries;
	}

	@Override
	public void accepted(SyncResponse answer) {
		this.consent.chain().markKnown();
		if (hasCaughtUp(stranding())) {
			this.consent.chain().relieve();
		}
		if (answer.revoked()) {
			this.revocations.revoke(answer.revokedAt(), true);
		}
	}

	/**
	 * Whether the service has taken, or had, all that it was ahead by.
	 */
	private boolean hasCaughtUp(@Nullable Stranding stranding) {
		return stranding != null && stranding.reason() == StrandingReason.ROLLED_BACK && stranding.sequence() != null
				&& this.entries.position() >= stranding.sequence();
	}

	@Override
	public void beginRefresh() {
		this.consent.auditKey().begin();
	}

	@Override
	public void beginKeyRepair(Instant now) {
		this.consent.auditKey().beginRepair(now);
	}

	@Override
	public void refresh(ConsentBundle refreshed) {
		this.consent.auditKey().refresh(refreshed);
		logger.info("The consent bundle " + refreshed.bundleId() + " was refreshed; it ends at "
				+ refreshed.offlineExpiresAt());
		this.events.accept(new BundleRefreshed(refreshed.bundleId(), refreshed.offlineExpiresAt()));
	}

	@Override
	public void confirmKey() {
		this.consent.auditKey().confirm();
	}

	@Override
	public void revoked(boolean grantRevoked) {
		this.revocations.revoke(null, grantRevoked);
	}

	@Override
	public void unknown() {
		this.consent.chain().markUnknown();
	}

	/**
	 * Where the log does not open, that is what the chain is given up for.
	 */
	@Override
	public void strand(StrandingReason reason, @Nullable Long sequence) {
		if (stranding() != null || !this.entries.isRefreshable()) {
			return;
		}
		try {
			this.consent.chain().strand(reason, sequence);
		}
		finally {
			if (stranding() != null) {
				logger.warn("The audit chain of the consent bundle " + bundle().bundleId()
						+ " can no longer grow on the service (" + reason.code() + ")");
				this.events.accept(new ChainStranded(bundle().bundleId(), reason, sequence));
			}
		}
	}

}
