package dev.grantex.gemma.consent;

import java.util.Objects;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;

/**
 * How the current chain stands with the service: whether it can grow there, and what
 * takes its place if it cannot. Thread-safe.
 */
public final class ChainStanding {

	private final CurrentStanding current;

	private final StoredBundle stored;

	private final StandingFactory standings;

	private final Succession succession;

	private final HaltedCalls calls;

	ChainStanding(CurrentStanding current, StoredBundle stored, StandingFactory standings, Succession succession,
			HaltedCalls calls) {
		this.calls = calls;
		this.current = current;
		this.stored = stored;
		this.standings = standings;
		this.succession = succession;
	}

	/**
	 * Whether no call is under way on the current chain.
	 */
	public boolean isIdle() {
		return this.current.isIdle();
	}

	/**
	 * Whether no outcome will be appended any more to the current chain, if no further
	 * call is permitted: none that was is under way, and no outcome waits to be written.
	 * Tries to write what does. Calls that are denied do not matter: as many as somebody
	 * likes would keep a new chain away.
	 */
	public boolean isSettled() {
		Standing.Usable usable = this.current.get().usable();
		return usable == null || (usable.chain().isWithoutPermittedCalls() && !usable.chain().isOwing());
	}

	/**
	 * Why the current chain must be given up for a new one, unless a copy of its files
	 * can be restored.
	 */
	public Optional<StrandingReason> stranding() {
		return Optional.ofNullable(this.current.stranding())
			.map(Stranding::reason)
			.or(() -> Optional.ofNullable(this.current.get().chainFault()).flatMap(DenialReason::stranding));
	}

	/**
	 * What is the matter with the current chain's log, whatever else denies calls.
	 */
	public Optional<DenialReason> fault() {
		return Optional.ofNullable(this.current.get().chainFault());
	}

	/**
	 * Whether something can be recorded on the current chain now.
	 */
	public boolean isRecordable() {
		return this.current.get().isRecordable();
	}

	/**
	 * Halts every further call, because the current chain can no longer grow on the
	 * service, then makes that durable. Calls under way finish and are recorded. The
	 * first reason stays.
	 * @param reason why
	 * @param sequence the entry where it cannot go on, if that is known
	 * @throws GrantexGemmaException if it could not be stored; calls are halted all the
	 * same, and {@link DeviceConsent#settle()} tries again
	 */
	public void strand(StrandingReason reason, @Nullable Long sequence) {
		try {
			halt(reason, sequence);
		}
		finally {
			this.calls.observe();
		}
	}

	private void halt(StrandingReason reason, @Nullable Long sequence) {
		this.current.change(() -> {
			ConsentBundle bundle = this.current.held().bundle();
			if (!this.current.isRunning() || bundle == null || this.current.stranding() != null) {
				return;
			}
			ConsentBundle stranded = stateOf(bundle, new Stranding(reason, this.current.now(), sequence));
			this.current.set(this.current.held().halted(stranded, DenialReason.of(reason)));
			this.stored.saveEventually(stranded);
			this.stored.saveUnsaved();
		});
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
			Stranding stranding = this.current.stranding();
			if (bundle != null && stranding != null && stranding.reason() == StrandingReason.ROLLED_BACK) {
				ConsentBundle relieved = stateOf(bundle, null);
				this.stored.save(relieved);
				this.current.set(this.current.held().withFault(relieved, this.standings.fault(relieved)));
			}
		});
	}

	/**
	 * Denies calls as long as the service does not know the bundle. Nothing of it is
	 * stored.
	 */
	public void markUnknown() {
		this.current.change(() -> {
			Standing last = this.current.held();
			if (last.bundle() != null && last.usable() != null) {
				this.current.set(last.halted(last.bundle(), DenialReason.BUNDLE_UNKNOWN));
			}
		});
	}

	/**
	 * Takes note that the service knows the bundle.
	 */
	public void markKnown() {
		this.current.change(() -> {
			Standing last = this.current.held();
			if (last.bundle() != null && last.fault() == DenialReason.BUNDLE_UNKNOWN) {
				this.current.set(last.withFault(last.bundle(), this.standings.fault(last.bundle())));
			}
		});
	}

	/**
	 * Puts a newly issued bundle in place of one whose chain can no longer grow on the
	 * service: that chain's files go into an archive, and the new chain begins with an
	 * entry that names it.
	 * @param issued the bundle as the service answered it
	 * @param request what it was asked for
	 * @param accepted up to where the service has the former chain
	 * @throws OfflineVerificationException if the bundle's own grant does not verify; the
	 * current bundle then stays
	 * @throws GrantexGemmaException if the chain cannot be archived or the bundle not be
	 * stored; calls are denied, and it can be tried again
	 * @throws IllegalStateException if the consent is not open, the current chain is not
	 * stranded, or calls are under way on it
	 */
	public void beginAnew(ConsentBundle issued, BundleRequest request, LastAccepted accepted) {
		this.current.change(() -> {
			this.current.requireRunning();
			Stranding stranding = this.current.stranding();
			if (stranding == null) {
				stranding = stranding().map((reason) -> new Stranding(reason, this.current.now(), null))
					.orElseThrow(() -> new IllegalStateException("The chain can go on"));
			}
			this.standings.verifyIssued(issued);
			ConsentBundle stranded = this.succession.giveUp(this.current.held(), stranding);
			this.current.leave(Standing.denied(stranded, Objects.requireNonNull(this.standings.fault(stranded))));
			this.current
				.set(this.standings.create(this.succession.beginAnew(stranded, stranding, issued, request, accepted)));
		});
	}

	/**
	 * Names, on the current chain, the archive of a replaced bundle's chain.
	 * @return whether there is a chain that it could be recorded on
	 * @throws AuditLogException if it could not be written
	 */
	public boolean recordArchived(Predecessor archived) {
		return this.current.change(() -> {
			Standing standing = this.current.held();
			if (standing.isRecordable()) {
				ChainBeginning.recordArchived(Objects.requireNonNull(standing.log()), archived);
				return true;
			}
			return false;
		});
	}

	private static ConsentBundle stateOf(ConsentBundle bundle, @Nullable Stranding stranding) {
		BundleState state = Objects.requireNonNull(bundle.state());
		return bundle.withState(state.withStranding(stranding));
	}

}
