package dev.grantex.gemma.consent;

import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.ArchivedChain;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;

/**
 * How the current chain stands with the service: whether it can grow there, and what
 * takes its place. Thread-safe.
 */
public final class ChainStanding {

	private final CurrentStanding current;

	private final StoredBundle stored;

	private final AuditLogs logs;

	private final BundleCheck check;

	private final ConsentOpening opening;

	private final FormerChains former;

	ChainStanding(CurrentStanding current, StoredBundle stored, AuditLogs logs, BundleCheck check,
			ConsentOpening opening, FormerChains former) {
		this.current = current;
		this.stored = stored;
		this.logs = logs;
		this.check = check;
		this.opening = opening;
		this.former = former;
	}

	/**
	 * Whether no call is under way on the current chain.
	 */
	public boolean isIdle() {
		return this.current.held().isIdle();
	}

	/**
	 * Whether no outcome will be appended any more to the current chain, if no further
	 * call is permitted: none that was is under way, and no outcome waits to be written.
	 * Tries to write what does. Calls that are denied do not matter: as many as somebody
	 * likes would keep a new chain away.
	 */
	public boolean isSettled() {
		Standing.Open open = this.current.get().open();
		return open == null || open.chain().isSettled();
	}

	/**
	 * Why the current chain must be given up for a new one, unless a copy of its files
	 * can be restored.
	 */
	public Optional<StrandingReason> stranding() {
		return Optional.ofNullable(this.current.get().bundle())
			.map(ConsentBundle::stranding)
			.map(Stranding::reason)
			.or(() -> fault().flatMap(DenialReason::stranding));
	}

	/**
	 * What is the matter with the current chain's log, whatever else denies calls.
	 */
	public Optional<DenialReason> fault() {
		return Optional.ofNullable(this.current.get().chainFault());
	}

	public boolean isRecordable() {
		return this.current.get() instanceof Standing.Open open && open.isRecordable();
	}

	/**
	 * Halts every further call, because the current chain can no longer grow on the
	 * service, then makes that durable. The first reason stays.
	 * @param sequence the entry where it cannot go on, if that is known
	 * @throws GrantexGemmaException if it could not be stored; calls are halted all the
	 * same, and {@link DeviceConsent#settle()} tries again
	 */
	public void strand(StrandingReason reason, @Nullable Long sequence) {
		try {
			this.current.change(() -> {
				Standing last = this.current.held();
				ConsentBundle bundle = last.bundle();
				if (this.current.isRunning() && bundle != null && bundle.stranding() == null) {
					ConsentBundle stranded = stranded(bundle, new Stranding(reason, this.current.now(), sequence));
					this.current.set(last.halted(stranded, StateTable.denialBy(reason)));
					this.stored.saveOrKeep(stranded);
				}
			});
		}
		finally {
			observeCalls();
		}
	}

	/**
	 * Tells calls under way what has become of their chain: after each change that halts
	 * it, in each cycle, and with each call that is denied. No lock is held meanwhile.
	 */
	void observeCalls() {
		if (this.current.get() instanceof Standing.Open open) {
			open.chain().calls().observe(open.calls(), this.current.now());
		}
		this.former.observeCalls();
	}

	/**
	 * Lets calls go on after the files of a chain that was
	 * {@linkplain StrandingReason#ROLLED_BACK rolled back} have caught up with the
	 * service.
	 * @throws GrantexGemmaException if it could not be stored; calls stay halted then
	 */
	public void relieve() {
		this.current.change(() -> {
			ConsentBundle bundle = this.current.held().bundle();
			Stranding stranding = (bundle != null) ? bundle.stranding() : null;
			if (bundle != null && stranding != null && stranding.reason() == StrandingReason.ROLLED_BACK) {
				ConsentBundle relieved = stranded(bundle, null);
				this.stored.save(relieved);
				this.current.set(this.current.held().with(relieved, this.check.fault(relieved)));
			}
		});
	}

	/**
	 * Denies calls as long as the service does not know the bundle. Nothing of it is
	 * stored.
	 */
	public void markUnknown() {
		this.current.change(() -> {
			if (this.current.held() instanceof Standing.Open open) {
				this.current.set(open.halted(open.bundle(), DenialReason.BUNDLE_UNKNOWN));
			}
		});
	}

	/**
	 * Takes note that the service knows the bundle.
	 */
	public void markKnown() {
		this.current.change(() -> {
			Standing last = this.current.held();
			ConsentBundle bundle = last.bundle();
			if (bundle != null && last.fault() == DenialReason.BUNDLE_UNKNOWN) {
				this.current.set(last.with(bundle, this.check.fault(bundle)));
			}
		});
	}

	/**
	 * Puts an issued bundle in place of the current one, which is kept beside it.
	 * @param losses what else its chain has to name, where there is no current one
	 */
	void replace(ConsentBundle issued, BundleRequest request, Losses losses) {
		this.current.change(() -> {
			this.current.requireRunning();
			Standing last = this.current.held();
			ConsentBundle bundle;
			try {
				bundle = store(last, issued, request, losses);
			}
			catch (AuditLogException ex) {
				this.current.set(last.withoutLog(ex));
				throw ex;
			}
			if (last instanceof Standing.Open open) {
				this.former.add(open.chain());
			}
			this.current.set(this.opening.adopt(bundle));
			// Not earlier: until now calls were still sent to the former chain.
			last.release();
		});
	}

	private ConsentBundle store(Standing last, ConsentBundle issued, BundleRequest request, Losses losses) {
		this.check.verifyIssued(issued);
		Losses named = (last.bundle() != null) ? Losses.unnamed(last) : losses;
		BundleState initial = BundleState.initial(issued, request).withOrphans(named.orphans());
		Predecessor predecessor = named.predecessor();
		ConsentBundle bundle = issued.withState((predecessor != null) ? initial.withPredecessor(predecessor) : initial);
		this.stored.replace(last.bundle(), bundle);
		return bundle;
	}

	/**
	 * Puts an issued bundle in place of one whose chain can no longer grow on the
	 * service: that chain's files go into an archive, and the new chain begins with an
	 * entry that names it.
	 * @param accepted up to where the service has the former chain
	 * @throws OfflineVerificationException if the bundle's own grant does not verify; the
	 * current bundle then stays
	 * @throws GrantexGemmaException if the chain cannot be archived or the bundle not be
	 * stored; calls are denied, and it can be tried again
	 * @throws IllegalStateException if the current chain is not stranded, or calls are
	 * under way on it
	 */
	public void beginAnew(ConsentBundle issued, BundleRequest request, LastAccepted accepted) {
		this.current.change(() -> {
			this.current.requireRunning();
			StrandingReason reason = stranding().orElseThrow(() -> new IllegalStateException("The chain can go on"));
			this.check.verifyIssued(issued);
			ConsentBundle stranded = giveUp(reason);
			this.current.leave(Standing.denied(stranded, Objects.requireNonNull(this.check.fault(stranded))));
			ArchivedChain archived = this.logs.of(stranded).archive();
			Predecessor predecessor = new Predecessor(stranded.bundleId(), reason, accepted.sequence(), accepted.hash(),
					archived.lastSequence(), archived.lastHash(), archived.name(), archived.sha256());
			ConsentBundle bundle = issued.withState(BundleState.initial(issued, request).withPredecessor(predecessor));
			this.stored.succeed(stranded.bundleId(), bundle);
			this.current.set(this.opening.create(bundle));
		});
	}

	private ConsentBundle giveUp(StrandingReason reason) {
		ConsentBundle bundle = Objects.requireNonNull(this.current.held().bundle());
		if (bundle.stranding() != null) {
			return bundle;
		}
		ConsentBundle stranded = stranded(bundle, new Stranding(reason, this.current.now(), null));
		this.stored.save(stranded);
		return stranded;
	}

	private static ConsentBundle stranded(ConsentBundle bundle, @Nullable Stranding stranding) {
		return bundle.withState(Objects.requireNonNull(bundle.state()).withStranding(stranding));
	}

	/**
	 * Names, on the current chain, the archive of a former bundle's chain.
	 * @return whether there is a chain that it could be recorded on
	 * @throws AuditLogException if it could not be written
	 */
	public boolean recordArchived(Predecessor archived) {
		return this.current.change(() -> {
			if (this.current.held() instanceof Standing.Open open && open.isRecordable()) {
				Losses.recordArchived(open.log(), archived);
				return true;
			}
			return false;
		});
	}

	/**
	 * Up to where the service has a chain.
	 *
	 * @param sequence the sequence number of the last entry it accepted, 0 for none
	 * @param hash the hash of that entry, if the device has it
	 */
	public record LastAccepted(long sequence, @Nullable String hash) {
	}

}
