package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
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

	private static final Log logger = LogFactory.getLog(DeviceConsent.class);

	private final BundleRepository repository;

	private final StandingFactory standings;

	private final Clock clock;

	/** Chains of replaced bundles on which calls are still being recorded. */
	private final Map<String, OpenChain> leaving = new ConcurrentHashMap<>();

	private volatile Standing standing = Standing.denied(null, DenialReason.NOT_RUNNING);

	DeviceConsent(BundleRepository repository, StandingFactory standings, Clock clock) {
		this.repository = repository;
		this.standings = standings;
		this.clock = clock;
	}

	/**
	 * Starts building the consent of a device.
	 * @param repository where the bundle is kept
	 * @param logs opens the audit log of a bundle
	 */
	public static DeviceConsentBuilder builder(BundleRepository repository, AuditLogOpener logs) {
		return new DeviceConsentBuilder(repository, logs);
	}

	/**
	 * Loads the stored bundle and opens its log, without touching the network. What
	 * stands in the way becomes a denial, never an exception: a device must start.
	 */
	public synchronized void open() {
		try {
			Optional<ConsentBundle> stored = this.repository.load();
			this.standing = stored.map(this::enterStored)
				.orElseGet(() -> Standing.denied(null, DenialReason.NO_BUNDLE));
		}
		catch (GrantexGemmaException ex) {
			logger.error(ex.getMessage());
			this.standing = Standing.denied(null, DenialReason.BUNDLE_UNREADABLE);
		}
		DenialReason denial = this.standing.denialAt(this.clock.instant());
		if (denial != null && denial != DenialReason.NO_BUNDLE) {
			logger.error(
					"Guarded calls are denied (" + denial.code() + "): " + denial.message() + ". " + denial.remedy());
		}
	}

	@Override
	public CallDecision decide() {
		while (true) {
			Standing standing = this.standing;
			Standing.Usable usable = standing.usable();
			if (usable == null) {
				return new UnrecordableDenial(
						Objects.requireNonNull(standing.denialAt(this.clock.instant()), "denial"));
			}
			if (usable.chain().acquire()) {
				DenialReason denial = standing.denialOfCallAt(this.clock.instant());
				return new Decision(usable, denial, standing.isRecordable());
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
		Standing standing = this.standing;
		Standing.Usable usable = standing.usable();
		return (usable != null && standing.denialAt(this.clock.instant()) == null) ? Optional.of(usable.verifier())
				: Optional.empty();
	}

	/**
	 * The log of the current bundle, if it could be opened.
	 */
	public Optional<OfflineAuditLog> log() {
		Standing.Usable usable = this.standing.usable();
		return (usable != null) ? Optional.of(usable.chain().log()) : Optional.empty();
	}

	/**
	 * Whether calls that a replaced bundle permitted are still under way, so that its
	 * chain may yet grow.
	 * @param bundleId the replaced bundle
	 */
	public boolean isRecordingOn(String bundleId) {
		this.leaving.values().removeIf((chain) -> !chain.isOpen());
		return this.leaving.containsKey(bundleId);
	}

	/**
	 * The standing as seen from outside. Touches no file.
	 */
	public ConsentStatus status() {
		Standing standing = this.standing;
		Standing.Usable usable = standing.usable();
		DenialReason denial = standing.denialAt(this.clock.instant());
		if (usable == null) {
			return new ConsentStatus(denial, standing.bundle(), null, null, null);
		}
		OfflineAuditLog log = usable.chain().log();
		return new ConsentStatus(denial, standing.bundle(), usable.grant(), usable.floor().instant(),
				new ConsentStatus.Audit(log.headSequence(), log.headHash(), log.synchronizedThrough()));
	}

	/**
	 * Puts a newly issued bundle in place of the current one. A bundle it replaces is
	 * kept beside it as long as it has evidence to deliver.
	 * @param issued the bundle as the service answered it
	 * @param request what it was asked for
	 * @throws OfflineVerificationException if the bundle's own grant does not verify; the
	 * current bundle then stays
	 * @throws IllegalStateException if a stored bundle cannot be read: it is never
	 * overwritten
	 */
	public synchronized void replace(ConsentBundle issued, BundleRequest request) {
		if (this.standing.denialAt(this.clock.instant()) == DenialReason.BUNDLE_UNREADABLE) {
			throw new IllegalStateException("An unreadable bundle is not replaced");
		}
		this.standings.verify(issued);
		ConsentBundle bundle = issued.withState(BundleStates.initial(issued, request));
		ConsentBundle former = this.standing.bundle();
		if (former != null) {
			this.repository.retire(former);
		}
		this.repository.save(bundle);
		retireChain(this.standing);
		this.standing = this.standings.create(bundle);
	}

	/**
	 * Puts the refreshed form of the current bundle in its place: a new token, snapshot
	 * and audit key, the same chain.
	 * @param refreshed the bundle as the service answered it
	 * @throws OfflineVerificationException if the refreshed grant does not verify; the
	 * bundle then stays as it was
	 * @throws IllegalArgumentException if it is not the current bundle's refreshed form
	 */
	public synchronized void refresh(ConsentBundle refreshed) {
		ConsentBundle current = this.standing.bundle();
		Standing.Usable usable = this.standing.usable();
		if (current == null || usable == null || !current.bundleId().equals(refreshed.bundleId())) {
			throw new IllegalArgumentException("Not the current bundle");
		}
		this.standings.verify(refreshed);
		OfflineAuditLog log = usable.chain().log();
		BundleState state = Objects.requireNonNull(current.state());
		List<AuditPublicKey> keys = new ArrayList<>(state.auditKeys());
		keys.add(new AuditPublicKey(refreshed.offlineAuditKey().publicKey(), log.nextSequence()));
		ConsentBundle bundle = refreshed.withState(state.withAuditKeys(keys).withRefreshPending(false));
		this.repository.save(bundle);
		log.rotateKey(refreshed.offlineAuditKey());
		this.standing = this.standings.create(bundle, usable.chain());
	}

	/**
	 * Notes durably that a refresh begins: if its answer is lost, the audit key is lost
	 * with it and the bundle must be refreshed again.
	 */
	public synchronized void beginRefresh() {
		ConsentBundle current = this.standing.bundle();
		if (current != null && current.state() != null) {
			ConsentBundle pending = current.withState(current.state().withRefreshPending(true));
			this.repository.save(pending);
			this.standing = this.standing.withBundle(pending);
		}
	}

	/**
	 * Halts every further call at once, then makes that durable. Calling again retries
	 * what failed. Calls under way finish and are recorded.
	 * @param revocation what the service said
	 */
	public synchronized void revoke(Revocation revocation) {
		ConsentBundle current = this.standing.bundle();
		if (current == null) {
			return;
		}
		BundleState state = Objects.requireNonNullElseGet(current.state(), () -> BundleStates.initial(current, null));
		ConsentBundle revoked = current
			.withState((state.revocation() != null) ? state : state.withRevocation(revocation));
		this.standing = this.standing.withFault(revoked, DenialReason.REVOKED);
		this.repository.save(revoked);
	}

	/**
	 * Takes the service's time as the truth about now.
	 * @param serviceTime the time of an authenticated answer
	 */
	public void observeServiceTime(Instant serviceTime) {
		Standing.Usable usable = this.standing.usable();
		if (usable != null) {
			usable.floor().set(serviceTime);
		}
	}

	/**
	 * Denies further calls; the log closes when calls under way are recorded.
	 */
	@Override
	public synchronized void close() {
		Standing last = this.standing;
		this.standing = Standing.denied(last.bundle(), DenialReason.NOT_RUNNING);
		Standing.Usable usable = last.usable();
		if (usable != null) {
			usable.chain().release();
		}
	}

	private Standing enterStored(ConsentBundle stored) {
		ConsentBundle bundle = stored;
		if (stored.state() == null && this.standings.isForThisDevice(stored)) {
			bundle = stored.withState(BundleStates.initial(stored, this.standings.request()));
			this.repository.save(bundle);
		}
		return this.standings.create(bundle);
	}

	private void retireChain(Standing former) {
		Standing.Usable usable = former.usable();
		if (usable != null) {
			usable.chain().log().retire();
			this.leaving.put(usable.bundle().bundleId(), usable.chain());
			usable.chain().release();
		}
	}

}
