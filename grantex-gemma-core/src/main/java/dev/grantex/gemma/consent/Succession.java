package dev.grantex.gemma.consent;

import java.util.Objects;

import dev.grantex.gemma.audit.ArchivedChain;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.Stranding;

/**
 * Puts an issued bundle where another is: one whose chain is delivered later on, or one
 * whose chain is stranded and goes into an archive. Used under the consent's lock.
 */
final class Succession {

	private final StoredBundle stored;

	private final BundleChains chains;

	private final StandingFactory standings;

	Succession(StoredBundle stored, BundleChains chains, StandingFactory standings) {
		this.stored = stored;
		this.chains = chains;
		this.standings = standings;
	}

	/**
	 * Stores an issued bundle; the former one is kept beside it.
	 * @param losses what else its chain has to name, where there is no former one
	 */
	ConsentBundle replace(Standing former, ConsentBundle issued, BundleRequest request, Losses losses) {
		this.standings.verifyIssued(issued);
		Losses named = (former.bundle() != null) ? ChainBeginning.unnamed(former) : losses;
		BundleState initial = BundleStates.initial(issued, request).withOrphans(named.orphans());
		Predecessor predecessor = named.predecessor();
		ConsentBundle bundle = issued.withState((predecessor != null) ? initial.withPredecessor(predecessor) : initial);
		this.stored.replace(former.bundle(), bundle);
		return bundle;
	}

	/**
	 * Notes durably that the current bundle's chain is given up.
	 */
	ConsentBundle giveUp(Standing former, Stranding stranding) {
		ConsentBundle bundle = Objects.requireNonNull(former.bundle());
		BundleState state = Objects.requireNonNull(bundle.state());
		if (state.stranding() == null) {
			bundle = bundle.withState(state.withStranding(stranding));
			this.stored.save(bundle);
		}
		return bundle;
	}

	/**
	 * Archives a chain that was given up, and stores an issued bundle that names it.
	 */
	ConsentBundle beginAnew(ConsentBundle stranded, Stranding stranding, ConsentBundle issued, BundleRequest request,
			LastAccepted accepted) {
		ArchivedChain archived = this.chains.archive(stranded);
		Predecessor predecessor = new Predecessor(stranded.bundleId(), stranding.reason(), accepted.sequence(),
				accepted.hash(), archived.lastSequence(), archived.lastHash(), archived.name(), archived.sha256());
		ConsentBundle bundle = issued.withState(BundleStates.initial(issued, request).withPredecessor(predecessor));
		this.stored.succeed(stranded.bundleId(), bundle);
		return bundle;
	}

}
