package dev.grantex.gemma.consent;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * First states of bundles.
 */
final class BundleStates {

	private BundleStates() {
	}

	/**
	 * The state of a bundle that begins its chain with its present audit key.
	 */
	static BundleState initial(ConsentBundle bundle, @Nullable BundleRequest request) {
		return new BundleState(request, List.of(new AuditPublicKey(bundle.offlineAuditKey().publicKey(), 1)), false,
				null);
	}

	/**
	 * The state of the refreshed form of a bundle.
	 * @param firstSequence the first sequence number to be signed with its audit key,
	 * unless that is the latest key already
	 */
	static BundleState refreshed(BundleState state, ConsentBundle refreshed, long firstSequence) {
		// Whether the service goes by this key is known when it has accepted something.
		return state.withAuditKey(refreshed.offlineAuditKey().publicKey(), firstSequence).withRefreshPending(true);
	}

}
