package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Instant;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.EntrySigner;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;

/**
 * The chain of a former bundle: what the service answers is kept in that bundle's own
 * file and says nothing about the current one.
 */
final class FormerChain extends DeliveredChain {

	private final BundleRepository repository;

	/** Asks whether the service knows the current bundle under the API key in use. */
	private final BooleanSupplier currentKnown;

	private final Clock clock;

	private ConsentBundle bundle;

	FormerChain(BundleRepository repository, ConsentBundle bundle, ChainEntries entries, BooleanSupplier currentKnown,
			Clock clock, Consumer<Object> events) {
		super(bundle.bundleId(), entries, events);
		this.repository = repository;
		this.bundle = bundle;
		this.currentKnown = currentKnown;
		this.clock = clock;
	}

	ConsentBundle bundle() {
		return this.bundle;
	}

	@Override
	BundleState state() {
		return stateOf(this.bundle);
	}

	@Override
	@Nullable String syncEndpoint() {
		return this.bundle.syncEndpoint();
	}

	/**
	 * No further refresh gives a key, and the service takes no other.
	 */
	@Override
	void revoked(boolean grantRevoked) {
	}

	/**
	 * A key of another account is answered the same way, but does not know the current
	 * bundle either.
	 */
	@Override
	void unknown() {
		if (this.currentKnown.getAsBoolean()) {
			strand(StrandingReason.BUNDLE_UNKNOWN, null);
		}
	}

	@Override
	void rememberStranding(StrandingReason reason, @Nullable Long sequence) {
		store(this.bundle, state().withStranding(new Stranding(reason, this.clock.instant(), sequence)));
	}

	@Override
	void beginRefresh(@Nullable Instant repairAt) {
		BundleState pending = state().withRefreshPending(true);
		store(this.bundle, (repairAt != null) ? pending.withKeyRepair(repairAt) : pending);
		sealPending(true);
	}

	/**
	 * Of the refreshed form only the key matters any more: no call runs under it.
	 */
	@Override
	void refresh(ConsentBundle refreshed) {
		EntrySigner.of(refreshed.offlineAuditKey());
		OfflineAuditLog log = Objects.requireNonNull(entries().log());
		BundleState before = state();
		ConsentBundle next = new ConsentBundle(this.bundle.bundleId(), this.bundle.grantToken(),
				this.bundle.jwksSnapshot(), refreshed.offlineAuditKey(), refreshed.checkpointAt(),
				refreshed.syncEndpoint(), refreshed.offlineExpiresAt());
		String key = refreshed.offlineAuditKey().publicKey();
		store(next, before.withAuditKey(key, log.nextSequence()));
		// Calls that are still under way may have appended something.
		BundleState exact = before.withAuditKey(key, log.refresh(next));
		if (!exact.equals(state())) {
			store(next, exact);
		}
		log.sealed().markRefreshed();
	}

	@Override
	void confirmKey() {
		if (state().refreshPending()) {
			store(this.bundle, state().withRefreshPending(false));
		}
		sealPending(false);
	}

	private void sealPending(boolean pending) {
		OfflineAuditLog log = entries().log();
		if (log != null) {
			log.sealed().markRefreshPending(pending);
		}
	}

	private void store(ConsentBundle changed, BundleState state) {
		ConsentBundle stored = changed.withState(state);
		this.repository.retire(stored);
		this.bundle = stored;
	}

}
