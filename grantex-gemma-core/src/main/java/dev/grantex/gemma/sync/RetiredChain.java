package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * The chain of a bundle that was replaced: what the service answers is kept in that
 * bundle's own file and says nothing about the current one.
 */
final class RetiredChain implements KeyedChain {

	private static final Log logger = LogFactory.getLog(RetiredChain.class);

	private final BundleRepository repository;

	private final ChainEntries entries;

	private final BooleanSupplier currentKnown;

	private final Clock clock;

	private final Consumer<Object> events;

	private ConsentBundle bundle;

	/**
	 * Creates a chain.
	 * @param currentKnown asks whether the service knows the current bundle under the API
	 * key in use
	 */
	RetiredChain(BundleRepository repository, ConsentBundle bundle, ChainEntries entries, BooleanSupplier currentKnown,
			Clock clock, Consumer<Object> events) {
		this.repository = repository;
		this.bundle = bundle;
		this.entries = entries;
		this.currentKnown = currentKnown;
		this.clock = clock;
		this.events = events;
	}

	@Override
	public ConsentBundle bundle() {
		return this.bundle;
	}

	@Override
	public @Nullable String formerBundleId() {
		return this.bundle.bundleId();
	}

	@Override
	public ChainEntries entries() {
		return this.entries;
	}

	@Override
	public void accepted(SyncResponse answer) {
	}

	@Override
	public void beginRefresh() {
		store(this.bundle, state().withRefreshPending(true));
		this.entries.markRefreshPending(true);
	}

	@Override
	public void beginKeyRepair(Instant now) {
		store(this.bundle, state().withKeyRepair(now).withRefreshPending(true));
		this.entries.markRefreshPending(true);
	}

	/**
	 * Of the refreshed form only the key matters any more: no call runs under it.
	 */
	@Override
	public void refresh(ConsentBundle refreshed) {
		OfflineAuditLog.requireUsable(refreshed.offlineAuditKey());
		BundleState before = state();
		ConsentBundle next = new ConsentBundle(this.bundle.bundleId(), this.bundle.grantToken(),
				this.bundle.jwksSnapshot(), refreshed.offlineAuditKey(), refreshed.checkpointAt(),
				refreshed.syncEndpoint(), refreshed.offlineExpiresAt());
		String key = refreshed.offlineAuditKey().publicKey();
		store(next, before.withAuditKey(key, this.entries.nextSequence()));
		// Calls that are still under way may have appended something.
		BundleState exact = before.withAuditKey(key, this.entries.refresh(next));
		if (!exact.equals(state())) {
			store(next, exact);
		}
		this.entries.markRefreshed();
	}

	@Override
	public void confirmKey() {
		if (isRefreshPending()) {
			store(this.bundle, state().withRefreshPending(false));
		}
		this.entries.markRefreshPending(false);
	}

	/**
	 * No further refresh gives a key, and the service takes no other.
	 */
	@Override
	public void revoked(boolean grantRevoked) {
	}

	/**
	 * A key of another account is answered the same way, but does not know the current
	 * bundle either.
	 */
	@Override
	public void unknown() {
		if (this.currentKnown.getAsBoolean()) {
			strand(StrandingReason.BUNDLE_UNKNOWN, null);
		}
	}

	@Override
	public void strand(StrandingReason reason, @Nullable Long sequence) {
		if (stranding() == null) {
			store(this.bundle, state().withStranding(new Stranding(reason, this.clock.instant(), sequence)));
			logger.warn("The audit chain of the former consent bundle " + this.bundle.bundleId()
					+ " can no longer grow on the service (" + reason.code() + ")");
			this.events.accept(new ChainStranded(this.bundle.bundleId(), reason, sequence));
		}
	}

	private BundleState state() {
		return Objects.requireNonNullElseGet(this.bundle.state(), () -> new BundleState(null,
				List.of(new AuditPublicKey(this.bundle.offlineAuditKey().publicKey(), 1)), false, null));
	}

	private void store(ConsentBundle changed, BundleState state) {
		ConsentBundle stored = changed.withState(state);
		this.repository.retire(stored);
		this.bundle = stored;
	}

}
