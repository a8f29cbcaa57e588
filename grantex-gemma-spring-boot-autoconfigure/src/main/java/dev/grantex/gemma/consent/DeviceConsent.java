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
import dev.grantex.gemma.bundle.Predecessor;
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

	private final AuditKeyChange auditKey;

	private final Succession succession;

	private final Clock clock;

	private final BundleChains chains;

	private final LeavingChains leaving = new LeavingChains();

	private final RetryPace reopening = new RetryPace(Duration.ofSeconds(10));

	private final CurrentStanding current;

	private final ChainStanding chain;

	DeviceConsent(StoredBundle stored, BundleChains chains, StandingFactory standings, Clock clock) {
		this.stored = stored;
		this.chains = chains;
		this.standings = standings;
		this.revocation = new RevocationMemory(stored, chains);
		this.succession = new Succession(stored, chains, standings);
		this.current = new CurrentStanding(clock);
		this.chain = new ChainStanding(this.current, stored, standings, this.succession);
		this.auditKey = new AuditKeyChange(this.current, stored, standings, this.revocation);
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
	public void open() {
		synchronized (this.current) {
			if (this.current.isRunning()) {
				return;
			}
			this.current.setRunning(true);
			Instant now = this.clock.instant();
			this.current.set(this.standings.load(this.stored));
			this.current.get().observe(now);
			DenialReason denial = this.current.get().denialAt(now);
			if (denial != null && denial != DenialReason.NO_BUNDLE) {
				logger.error("Guarded calls are denied (" + denial.code() + "): " + denial.message() + ". "
						+ denial.remedy());
			}
		}
	}

	/**
	 * Tries again to open what could not be opened, a bundle that was put there meanwhile
	 * included. Does nothing while a bundle's log is open, and touches no network.
	 */
	public void reopen() {
		synchronized (this.current) {
			Standing last = this.current.get();
			if (!this.current.isRunning() || last.usable() != null) {
				return;
			}
			// What is known in memory, above all a revocation, outlives the file's
			// deletion.
			ConsentBundle known = (last.fault() != DenialReason.BUNDLE_OUTDATED) ? last.bundle() : null;
			Standing next = (known != null) ? this.standings.create(this.stored, known)
					: this.standings.load(this.stored);
			// A broken log that is being read is no other's.
			boolean beingRead = next.fault() == DenialReason.LOG_HELD && last.fault() != null
					&& last.fault().stranding().isPresent();
			if (beingRead) {
				return;
			}
			// Why no bundle could be entered stays the reason until one is.
			if (next.fault() != DenialReason.NO_BUNDLE || !last.isWithoutBundleForItsLog()) {
				this.current.set(next);
			}
			if (next.usable() != null) {
				logger.info("The consent bundle and its audit log are open");
			}
		}
	}

	@Override
	public CallDecision decide() {
		DenialReason owed = this.leaving.settle();
		while (true) {
			Standing standing = this.current.get();
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
		return Optional.ofNullable(this.current.get().bundle());
	}

	/**
	 * The verifier for callers' tokens, pinned to the current bundle's customer and
	 * issuer; empty while there is no bundle that may be used.
	 */
	public Optional<OfflineVerifier> verifier() {
		return this.current.get().verifierAt(this.clock.instant());
	}

	/**
	 * The log of the current bundle, if it could be opened.
	 */
	public Optional<OfflineAuditLog> log() {
		return Optional.ofNullable(this.current.get().log());
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
		return this.current.get().statusAt(this.clock.instant(), this.leaving.owed());
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
		synchronized (this.current) {
			this.current.requireRunning();
			Standing former = this.current.get();
			ConsentBundle bundle;
			try {
				bundle = this.succession.replace(former, issued, request);
			}
			catch (AuditLogException ex) {
				this.current.set(former.withoutLog(ex));
				throw ex;
			}
			Standing.Usable left = former.usable();
			if (left != null) {
				this.leaving.add(left.bundle().bundleId(), left.chain());
			}
			this.current.set(this.standings.create(bundle));
			// Not earlier: until now calls were still sent to the former chain.
			former.release();
		}
	}

	/**
	 * Halts every further call at once, then makes that durable. Calling again retries
	 * what failed. Calls under way finish and are recorded.
	 * @param revocation what the service said
	 * @throws GrantexGemmaException if it could not be stored; calls are halted all the
	 * same
	 */
	public void revoke(Revocation revocation) {
		synchronized (this.current) {
			ConsentBundle bundle = this.current.get().bundle();
			if (bundle == null) {
				return;
			}
			BundleState state = Objects.requireNonNull(bundle.state());
			if (state.revocation() == null) {
				ConsentBundle revoked = bundle.withState(state.withRevocation(revocation));
				this.current.set(this.current.isRunning() ? this.current.get().withFault(revoked, DenialReason.REVOKED)
						: this.current.get().withBundle(revoked));
				this.stored.saveEventually(revoked);
			}
			if (this.current.isRunning()) {
				this.revocation.write(this.current.get().log());
			}
			else {
				this.revocation.writeAfterClose(bundle);
			}
		}
	}

	/**
	 * Stores what could not be stored before.
	 * @throws GrantexGemmaException if it fails again
	 */
	public void settle() {
		synchronized (this.current) {
			this.stored.saveUnsaved();
		}
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
	public AuditKeyChange auditKey() {
		return this.auditKey;
	}

	/**
	 * Takes the service's time as the truth about now.
	 * @param serviceTime the time of an authenticated answer
	 */
	public void observeServiceTime(Instant serviceTime) {
		this.current.get().setTime(serviceTime);
	}

	/**
	 * Denies further calls; the log closes when calls under way are recorded.
	 */
	@Override
	public void close() {
		synchronized (this.current) {
			Standing last = this.current.get();
			this.current.setRunning(false);
			this.current.set(Standing.denied(last.bundle(), DenialReason.NOT_RUNNING));
			this.revocation.writeAtLast(last.bundle(), last.log());
			last.release();
			this.leaving.close();
		}
	}

}
