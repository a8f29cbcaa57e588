package dev.grantex.gemma.sync;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.audit.OrphanedChain;
import dev.grantex.gemma.cloud.BundleMetadata;

/**
 * Finds the bundle of a chain at the service: the one that the chain's seal names, if
 * that has the entries' grant, else the one that the service lists for the grant.
 */
final class OrphanSearch {

	private static final String AGENT = "did:grantex:";

	private final CycleClient client;

	/** By the grant. */
	private final Map<String, BundleSearch> listed = new HashMap<>();

	OrphanSearch(CycleClient client) {
		this.client = client;
	}

	/**
	 * The bundle as the service knows it now, if it does.
	 * @throws CallPausedException if the search goes on in the next cycle
	 */
	Optional<BundleMetadata> bundleOf(OrphanedChain chain) {
		return bundle(chain.sealedBundleId()).filter((bundle) -> bundle.grantId().equals(chain.grantId()))
			.or(() -> listed(chain).flatMap((bundle) -> bundle(bundle.id())));
	}

	private Optional<BundleMetadata> listed(OrphanedChain chain) {
		String agent = chain.agentDid();
		if (agent == null || !agent.startsWith(AGENT)) {
			return Optional.empty();
		}
		return this.listed.computeIfAbsent(chain.grantId(), (grant) -> new BundleSearch(this.client))
			.newest(agent.substring(AGENT.length()), (bundle) -> bundle.grantId().equals(chain.grantId()));
	}

	private Optional<BundleMetadata> bundle(@Nullable String bundleId) {
		try {
			return (bundleId != null) ? Optional.of(this.client.bundle(bundleId)) : Optional.empty();
		}
		catch (GrantexAuthException ex) {
			if (ChainUpload.isUnknownBundle(ex)) {
				return Optional.empty();
			}
			throw ex;
		}
		catch (IllegalArgumentException ex) {
			// Whatever stands in a seal that nobody can verify.
			return Optional.empty();
		}
	}

}
