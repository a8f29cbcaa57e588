package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.Stranding;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.grant.OfflineVerifier;

/**
 * The device's standing right now: its current bundle with the verified grant, expiry,
 * revocation, clock and the condition of the log. It is the one place that says yes or no
 * and why. Deciding is cheap; changes of the bundle are durable before they take effect,
 * except for a revocation, which takes effect first. Thread-safe.
 */
public final class DeviceConsent implements Consent, AutoCloseable {

	private static final Log logger = LogFactory.getLog(DeviceConsent.class);

	private final StoredBundle stored;

	private final StandingFactory standings;

	private final RevocationMemory revocation;

	private final Clock clock;

	private final BundleChains chains;

	private final LeavingChains leaving = new LeavingChains();

	private final RetryPace reopening = new RetryPace(Duration.ofSeconds(10));

	private volatile Standing standing = Standing.denied(null, DenialReason.NOT_RUNNING);

	private boolean running;

	DeviceConsent(StoredBundle stored, BundleChains chains, StandingFactory standings, Clock clock) {
		this.stored = stored;
		this.chains = chains;
		this.standings = standings;
		this.revocation = new RevocationMemory(stored, chains);
		this.clock = clock;
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
	public synchronized void open() {
		if (this.running) {
			return;
		}
		this.running = true;
		Instant now = this.clock.instant();
		this.standing = this.standings.load(this.stored);
		this.standing.observe(now);
		DenialReason denial = this.standing.denialAt(now);
		if (denial != null && denial != DenialReason.NO_BUNDLE) {
			logger.error(
					"Guarded calls are denied (" + denial.code() + "): " + denial.message() + ". " + denial.remedy());
		}
	}

	/**
	 * Tries again to open what could not be opened, a bundle that was put there meanwhile
	 * included. Does nothing while a bundle's log is open, and touches no network.
	 */
	public synchronized void reopen() {
		Standing last = this.standing;
		if (!this.running || last.usable() != null) {
			return;
		}
		// What is known in memory, above all a revocation, outlives the file's deletion.
		ConsentBundle known = (last.fault() != DenialReason.BUNDLE_OUTDATED) ? last.bundle() : null;
		Standing next = (known != null) ? this.standings.create(this.stored, known) : this.standings.load(this.stored);
		// Why no bundle could be entered stays the reason until one is.
		if (next.fault() != DenialReason.NO_BUNDLE || !last.isWithoutBundleForItsLog()) {
			this.standing = next;
		}
		if (next.usable() != null) {
			logger.info("The consent bundle and its audit log are open");
		}
	}

	@Override
	public CallDecision decide() {
		DenialReason owed = this.leaving.settle();
		while (true) {
			Standing standing = this.standing;
			Standing.Usable usable = standing.usable();
			if (usable == null) {
				Instant now = this.clock.instant();
				DenialReason denial = Objects.requireNonNull(standing.denialAt(now), "denial");
				if (!denial.isLogFault() || !this.reopening.isDue(now)) {
					return new UnrecordableDenial(denial);
				}
				reopen();
			}
			else if (usable.chain().acquire()) {
				return Decision.of(standing, usable, owed, this.clock);
			}
		}
	}

	/**
	 * The current bundle, also when it may not be used.
	 */
	public Optional<ConsentBundle> bundle() {
		return Optional.ofNullable(this.standing.bundle());
	}

	/**
	 * The verifier for callers' tokens, pinned to the current bundle's customer and
	 * issuer; empty while there is no bundle that may be used.
	 */
	public Optional<OfflineVerifier> verifier() {
		return this.standing.verifierAt(this.clock.instant());
	}

	/**
	 * The log of the current bundle, if it could be opened.
	 */
	public Optional<OfflineAuditLog> log() {
		return Optional.ofNullable(this.standing.log());
	}

	/**
	 * Reads the chain of a replaced bundle on which calls are still being recorded, and
	 * which nobody else can open until the last of them has ended.
	 * @param bundleId the replaced bundle
	 * @param reader is given the chain's log, which stays open meanwhile
	 * @return whether there is such a chain; it may have grown by now
	 */
	public boolean readLeavingChain(String bundleId, Consumer<OfflineAuditLog> reader) {
		return this.leaving.use(bundleId, reader);
	}

	/**
	 * The standing as seen from outside. Touches no file.
	 */
	public ConsentStatus status() {
		return this.standing.statusAt(this.clock.instant(), this.leaving.owed());
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
	public synchronized void replace(ConsentBundle issued, BundleRequest request) {
		Standing former = this.standing;
		if (!this.running) {
			throw new IllegalStateException("The consent is not open");
		}
		this.standings.verifyIssued(issued);
		ConsentBundle bundle = issued.withState(BundleStates.initial(issued, request));
		try {
			this.stored.replace(former.bundle(), bundle);
		}
		catch (AuditLogException ex) {
			this.standing = former.withoutLog(ex);
			throw ex;
		}
		Standing.Usable left = former.usable();
		if (left != null) {
			this.leaving.add(left.bundle().bundleId(), left.chain());
		}
		this.standing = this.standings.create(bundle);
		// Not earlier: until now calls were still sent to the former chain.
		former.release();
	}

	/**
	 * Puts the refreshed form of the current bundle in its place: a new token, snapshot
	 * and audit key, the same chain.
	 * @param refreshed the bundle as the service answered it
	 * @throws OfflineVerificationException if the refreshed grant does not verify or is
	 * another one; the bundle then stays as it was
	 * @throws GrantexGemmaException if the bundle cannot be used or stored; it then stays
	 * as it was
	 * @throws IllegalArgumentException if it is not the current bundle's refreshed form
	 */
	public synchronized void refresh(ConsentBundle refreshed) {
		ConsentBundle current = this.standing.bundle();
		Standing.Usable usable = this.standing.usable();
		if (current == null || usable == null || !current.bundleId().equals(refreshed.bundleId())) {
			throw new IllegalArgumentException("Not the current bundle");
		}
		this.standings.verifyRefreshed(current, refreshed);
		OfflineAuditLog log = usable.chain().log();
		ConsentBundle bundle = refreshed
			.withState(BundleStates.refreshed(Objects.requireNonNull(current.state()), refreshed, log.nextSequence()));
		this.stored.save(bundle);
		usable.chain().refresh(bundle);
		this.standing = this.standings.create(bundle, usable.chain());
		log.sealed().markRefreshed();
	}

	/**
	 * Notes durably that a refresh begins: if its answer is lost, the audit key is lost
	 * with it and the bundle must be refreshed again.
	 */
	public synchronized void beginRefresh() {
		ConsentBundle current = this.standing.bundle();
		if (current != null && current.state() != null && !current.state().refreshPending()) {
			ConsentBundle pending = current.withState(current.state().withRefreshPending(true));
			this.stored.save(pending);
			this.standing = this.standing.withBundle(pending);
		}
		log().map(OfflineAuditLog::sealed)
			.filter((sealed) -> !sealed.isRefreshPending())
			.ifPresent((sealed) -> sealed.markRefreshPending(true));
	}

	/**
	 * The same for a refresh that is only to get a key back, which is counted.
	 */
	public synchronized void beginKeyRepair(Instant now) {
		ConsentBundle current = this.standing.bundle();
		if (current != null && current.state() != null) {
			java.util.List<Instant> repairs = new java.util.ArrayList<>(current.state().keyRepairs());
			repairs.removeIf((repair) -> Duration.between(repair, now).abs().compareTo(Duration.ofHours(24)) >= 0);
			repairs.add(now);
			ConsentBundle pending = current.withState(current.state().withRefreshPending(true).withKeyRepairs(repairs));
			this.stored.save(pending);
			this.standing = this.standing.withBundle(pending);
		}
		beginRefresh();
	}

	/**
	 * Notes durably that the service goes by the present key.
	 */
	public synchronized void confirmKey() {
		ConsentBundle current = this.standing.bundle();
		if (current != null && current.state() != null && current.state().refreshPending()) {
			ConsentBundle confirmed = current.withState(current.state().withRefreshPending(false));
			this.stored.save(confirmed);
			this.standing = this.standing.withBundle(confirmed);
		}
		log().map(OfflineAuditLog::sealed)
			.filter((sealed) -> sealed.isRefreshPending())
			.ifPresent((sealed) -> sealed.markRefreshPending(false));
	}

	/**
	 * Halts calls because the chain can no longer grow on the service.
	 */
	public synchronized void strand(StrandingReason reason, @Nullable Long sequence) {
		ConsentBundle current = this.standing.bundle();
		BundleState state = (current != null) ? current.state() : null;
		if (!this.running || current == null || state == null || state.stranding() != null) {
			return;
		}
		Stranding stranding = new Stranding(reason, this.clock.instant(), sequence);
		ConsentBundle stranded = current.withState(state.withStranding(stranding));
		DenialReason fault = this.standing.fault();
		this.standing = this.standing.withFault(stranded,
				(fault == DenialReason.REVOKED) ? fault : DenialReason.of(stranding));
		this.stored.saveEventually(stranded);
		this.stored.saveUnsaved();
	}

	/**
	 * Lets calls go on after a rolled back chain has caught up with the service.
	 */
	public synchronized void relieve() {
		ConsentBundle current = this.standing.bundle();
		Stranding stranding = (current != null && current.state() != null) ? current.state().stranding() : null;
		if (current == null || stranding == null || stranding.reason() != StrandingReason.ROLLED_BACK) {
			return;
		}
		ConsentBundle relieved = current.withState(Objects.requireNonNull(current.state()).withStranding(null));
		this.stored.save(relieved);
		this.standing = this.standing.withFault(relieved, this.standings.fault(relieved));
	}

	/**
	 * Denies calls as long as the service does not know the bundle.
	 */
	public synchronized void markUnknown() {
		Standing last = this.standing;
		if (last.bundle() != null && last.usable() != null && last.fault() == null) {
			this.standing = last.withFault(last.bundle(), DenialReason.BUNDLE_UNKNOWN);
		}
	}

	/**
	 * Takes note that the service knows the bundle.
	 */
	public synchronized void markKnown() {
		Standing last = this.standing;
		if (last.bundle() != null && last.fault() == DenialReason.BUNDLE_UNKNOWN
				&& Objects.requireNonNull(last.bundle().state()).stranding() == null) {
			this.standing = last.withFault(last.bundle(), this.standings.fault(last.bundle()));
		}
	}

	/**
	 * Stores what could not be stored before.
	 */
	public synchronized void settle() {
		this.stored.saveUnsaved();
	}

	/**
	 * Halts every further call at once, then makes that durable. Calling again retries
	 * what failed. Calls under way finish and are recorded.
	 * @param revocation what the service said
	 * @throws GrantexGemmaException if it could not be stored; calls are halted all the
	 * same
	 */
	public synchronized void revoke(Revocation revocation) {
		ConsentBundle current = this.standing.bundle();
		if (current == null) {
			return;
		}
		BundleState state = Objects.requireNonNull(current.state());
		if (state.revocation() == null) {
			ConsentBundle revoked = current.withState(state.withRevocation(revocation));
			this.standing = this.running ? this.standing.withFault(revoked, DenialReason.REVOKED)
					: this.standing.withBundle(revoked);
			this.stored.saveEventually(revoked);
		}
		if (this.running) {
			this.revocation.write(this.standing.log());
		}
		else {
			this.revocation.writeAfterClose(current);
		}
	}

	/**
	 * Takes the service's time as the truth about now.
	 * @param serviceTime the time of an authenticated answer
	 */
	public void observeServiceTime(Instant serviceTime) {
		this.standing.setTime(serviceTime);
	}

	/**
	 * Denies further calls; the log closes when calls under way are recorded.
	 */
	@Override
	public synchronized void close() {
		Standing last = this.standing;
		this.running = false;
		this.standing = Standing.denied(last.bundle(), DenialReason.NOT_RUNNING);
		this.revocation.writeAtLast(last.bundle(), last.log());
		last.release();
		this.leaving.close();
	}

}
