package dev.grantex.gemma.sync;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Stranding;

/**
 * A chain whose bundle is stored, so that its entries can be signed anew.
 */
interface KeyedChain extends UploadedChain {

	/**
	 * The bundle as it is now.
	 */
	ConsentBundle bundle();

	/**
	 * Notes durably that a refresh begins.
	 * @throws GrantexGemmaException if it cannot be stored; the refresh must not be made
	 */
	void beginRefresh();

	/**
	 * The same for a refresh that is only to get a key back, which is counted.
	 * @param now the time it is counted at
	 * @throws GrantexGemmaException if it cannot be stored; the refresh must not be made
	 */
	void beginKeyRepair(Instant now);

	/**
	 * Puts the refreshed form of the bundle in its place.
	 * @throws GrantexGemmaException if it cannot be used or stored
	 */
	void refresh(ConsentBundle refreshed);

	@Override
	default Destination destination() {
		return Destination.of(bundle());
	}

	@Override
	default @Nullable Stranding stranding() {
		BundleState state = bundle().state();
		return (state != null) ? state.stranding() : null;
	}

	@Override
	default boolean isSuccessor() {
		BundleState state = bundle().state();
		return state != null && state.predecessor() != null;
	}

	/**
	 * Whether the service may have another audit key than this device.
	 */
	default boolean isRefreshPending() {
		BundleState state = bundle().state();
		return state != null && state.refreshPending();
	}

}
