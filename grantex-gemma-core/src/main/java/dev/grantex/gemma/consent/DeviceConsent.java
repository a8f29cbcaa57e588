package dev.grantex.gemma.consent;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.grant.OfflineVerifier;

/**
 * The device's standing right now: its current bundle with the verified grant, expiry,
 * revocation, clock and the condition of the log. It is the one place that says yes or no
 * and why. Deciding is cheap; changes of the bundle are durable before they take effect,
 * except for a revocation, which takes effect first. Thread-safe.
 */
public final class DeviceConsent implements Consent, AutoCloseable {

	private final BundleCheck check;

	private final StoredBundle stored;

	private final CurrentStanding current;

	private final ServiceTime serviceTime;

	private final ConsentOpening opening;

	private final BundleMemory memory;

	private final FormerChains former;

	private final ChainStanding chain;

	private final Orphans orphans;

	private final DenialNotice notice;

	private final EndedCalls endedCalls = new EndedCalls(System::nanoTime);

	private final Duration longestClosing;

	DeviceConsent(DeviceConsentBuilder settings) {
		AuditLogs logs = settings.logs;
		this.check = new BundleCheck(settings.verifiers, settings.request, settings.clockSkew);
		this.stored = new StoredBundle(settings.repository, logs, this.check);
		this.notice = new DenialNotice(this::status, settings.clock);
		this.current = new CurrentStanding(settings.clock, this.notice::look);
		this.serviceTime = new ServiceTime(this.current, settings.nanoTime, settings.clockSkew);
		this.opening = new ConsentOpening(this.current, this.stored, logs, this.check, this.serviceTime);
		this.memory = new BundleMemory(this.current, this.stored, this.check, this.opening);
		this.former = new FormerChains(this.current, logs);
		this.chain = new ChainStanding(this.current, this.stored, logs, this.check, this.opening, this.former);
		this.orphans = new Orphans(this.current, settings.repository, settings.auditPath);
		this.longestClosing = settings.longestClosing;
	}

	/**
	 * Starts building the consent of a device.
	 * @param repository where the bundle is kept
	 * @param logs opens the audit log of a bundle
	 */
	public static DeviceConsentBuilder builder(BundleRepository repository, AuditLogs logs) {
		return new DeviceConsentBuilder(repository, logs);
	}

	/**
	 * Loads the stored bundle and opens its log, without touching the network. What
	 * stands in the way becomes a denial, never an exception: a device must start. Does
	 * nothing if it is open already.
	 */
	public void open() {
		this.opening.open();
		this.orphans.look();
	}

	/**
	 * Tries again to open what could not be opened, a bundle that was put there meanwhile
	 * included. Does nothing while a bundle's log is open, and touches no network.
	 */
	public void reopen() {
		this.opening.retry();
		tellDenial();
	}

	/**
	 * Says in the application's log whether and why calls are denied, unless it says so.
	 * That a first bundle does not come soon is not told by itself.
	 */
	public void tellDenial() {
		this.notice.tell();
	}

	@Override
	public CallDecision decide() {
		CallDecision decision = decide(this.former.settle());
		this.notice.note(decision.denial());
		return decision;
	}

	private CallDecision decide(@Nullable DenialReason owed) {
		while (true) {
			Standing standing = this.current.get();
			if (standing.fault() != null) {
				this.chain.observeCalls();
			}
			Standing.Open open = standing.open();
			if (open == null) {
				DenialReason denial = Objects.requireNonNull(standing.fault());
				if (!denial.isLogFault() || !this.opening.retryIfDue(this.current.now())) {
					return new DeniedConsent.Denied(denial);
				}
			}
			else if (open.chain().acquire()) {
				return Decision.of(open, owed, this.current.clock(), this.endedCalls);
			}
		}
	}

	/**
	 * The current bundle, also when it may not be used.
	 */
	public Optional<ConsentBundle> bundle() {
		return Optional.ofNullable(this.current.get().bundle());
	}

	/**
	 * The verifier for callers' tokens, pinned to the current bundle's customer and
	 * issuer; empty while there is no bundle that may be used.
	 */
	public Optional<OfflineVerifier> verifier() {
		return (this.current.get() instanceof Standing.Open open && open.denialAt(this.current.now()) == null)
				? Optional.of(open.verifier()) : Optional.empty();
	}

	/**
	 * The log of the current bundle, if it could be opened.
	 */
	public Optional<OfflineAuditLog> log() {
		return Optional.ofNullable(this.current.get().open()).map(Standing.Open::log);
	}

	/**
	 * Reads the chain of a former bundle on which calls are still being recorded, and
	 * which nobody else can open until the last of them has ended.
	 * @param bundleId the former bundle
	 * @param reader is given the chain's log, which stays open meanwhile
	 * @return whether there is such a chain; it may have grown by now
	 */
	public boolean readLeavingChain(String bundleId, Consumer<OfflineAuditLog> reader) {
		return this.former.read(bundleId, reader);
	}

	/**
	 * The chains of former bundles on which no call is recorded any more.
	 */
	public FormerChains formerChains() {
		return this.former;
	}

	/**
	 * The chains on this device whose bundles are gone.
	 */
	public Orphans orphans() {
		return this.orphans;
	}

	/**
	 * The standing as seen from outside. Touches no file.
	 */
	public ConsentStatus status() {
		return ConsentStatus.of(this.current.get(), this.former.owed(), this.endedCalls.overdue(), this.check.request(),
				this.serviceTime.now(), this.orphans.status());
	}

	/**
	 * Puts a newly issued bundle in place of the current one. A bundle it replaces is
	 * kept beside it as long as it has evidence to deliver.
	 * @param issued the bundle as the service answered it
	 * @param request what it was asked for
	 * @throws OfflineVerificationException if the bundle's own grant does not verify; the
	 * current bundle then stays
	 * @throws GrantexGemmaException if the bundle cannot be used or stored, or what is
	 * stored cannot be read, which is never overwritten; the current one then stays
	 * @throws IllegalStateException if the consent is not open, or a bundle was put there
	 * meanwhile, which is not overwritten either
	 */
	public void replace(ConsentBundle issued, BundleRequest request) {
		replace(issued, request, Losses.NONE);
	}

	/**
	 * Does the same, and lets the new chain name what was lost. Chains without their
	 * bundles go into archives before that.
	 * @param losses what to name, where there is no current bundle
	 * @throws GrantexGemmaException if the bundle cannot be used or stored
	 */
	public void replace(ConsentBundle issued, BundleRequest request, Losses losses) {
		this.chain.replace(issued, request, losses);
		if (!this.orphans.found().isEmpty()) {
			this.orphans.look();
		}
	}

	/**
	 * Halts every further call at once, whatever else is being done with the files, then
	 * makes that durable. Calling again retries what failed. Calls under way finish and
	 * are recorded; those that go on after their methods have returned are ended.
	 * @param revocation what the service said
	 * @throws GrantexGemmaException if it could not be stored; calls are halted all the
	 * same
	 */
	public void revoke(Revocation revocation) {
		ConsentBundle halted = this.current.withdraw(revocation);
		if (halted == null) {
			return;
		}
		try {
			this.chain.observeCalls();
			this.notice.look();
		}
		finally {
			this.memory.revoke(halted.bundleId());
		}
	}

	/**
	 * Stores what could not be stored before, and no longer waits for calls that are
	 * still running ten minutes after their chain was revoked or stranded.
	 * @throws GrantexGemmaException if it fails again
	 */
	public void settle() {
		this.chain.observeCalls();
		this.current.change(this.stored::saveUnsaved);
	}

	/**
	 * Looks whether the current bundle is still where it is stored. If nothing is there,
	 * it is written again; if that fails, or something else is there, calls are denied as
	 * long as that is so.
	 */
	public void keepBundle() {
		this.opening.keep();
	}

	/**
	 * How the current chain stands with the service.
	 */
	public ChainStanding chain() {
		return this.chain;
	}

	/**
	 * Changes of the current audit key.
	 */
	public BundleMemory auditKey() {
		return this.memory;
	}

	/**
	 * What is believed about the service's time.
	 */
	public ServiceTime serviceTime() {
		return this.serviceTime;
	}

	/**
	 * Denies further calls at once; the log closes when calls under way are recorded, and
	 * a change under way has ended.
	 */
	@Override
	public void close() {
		this.current.close(this::giveUp, this.longestClosing);
	}

	private void giveUp(Standing last) {
		this.memory.writeAtLast(last);
		last.release();
		this.former.close();
	}

}
