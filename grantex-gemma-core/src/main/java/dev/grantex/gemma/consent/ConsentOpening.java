package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.file.UnsafeFileException;
import dev.grantex.gemma.grant.OfflineVerifier;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Opens the stored bundle and its log, works out what the bundle allows, and tries again
 * what could not be opened. Used under the lock of changes, except for what takes it.
 */
final class ConsentOpening {

	private static final Log logger = LogFactory.getLog(ConsentOpening.class);

	private static final Duration PAUSE = Duration.ofSeconds(10);

	private final CurrentStanding current;

	private final StoredBundle stored;

	private final AuditLogs logs;

	private final BundleCheck check;

	private final ServiceTime time;

	private final Map<Trouble, ThrottledLine> lines;

	/** The chain opened last, which calls may keep open after the consent was closed. */
	private @Nullable OpenChain last;

	/** When a call tried again to open what is not open. */
	private @Nullable Instant tried;

	ConsentOpening(CurrentStanding current, StoredBundle stored, AuditLogs logs, BundleCheck check, ServiceTime time) {
		this.current = current;
		this.stored = stored;
		this.logs = logs;
		this.check = check;
		this.time = time;
		this.lines = ThrottledLine.forEach(Trouble.class, logger, current.clock());
	}

	private enum Trouble {

		UNREADABLE, UNADOPTABLE, INVALID, UNSAFE_LOG

	}

	private void warn(Trouble trouble, String text, GrantexGemmaException failure) {
		Objects.requireNonNull(this.lines.get(trouble)).warn(() -> text + failure.getMessage(), null);
	}

	/**
	 * Opens what is stored, unless that was done. Takes the lock of changes.
	 */
	void open() {
		this.current.change(() -> {
			if (this.current.isRunning()) {
				return;
			}
			this.current.open();
			this.current.set(load());
			if (this.current.held() instanceof Standing.Open open) {
				open.observe(this.current.now());
			}
		});
	}

	/**
	 * Tries again, if something is not open. Takes the lock of changes.
	 */
	void retry() {
		this.current.change(this::openAgain);
	}

	/**
	 * Does the same for a call, once in a while: it never waits for somebody who is
	 * changing something.
	 * @return whether it was tried
	 */
	boolean retryIfDue(Instant now) {
		return this.current.changeIfFree(() -> {
			// A clock that jumps does not stop it.
			boolean due = this.tried == null || Duration.between(this.tried, now).abs().compareTo(PAUSE) >= 0;
			if (due) {
				this.tried = now;
				openAgain();
			}
			return due;
		});
	}

	private void openAgain() {
		Standing before = this.current.held();
		if (!this.current.isRunning() || before.open() != null) {
			return;
		}
		// What is known in memory, above all a revocation, outlives the file's deletion.
		ConsentBundle known = (before.fault() != DenialReason.BUNDLE_OUTDATED) ? before.bundle() : null;
		Standing next = (known != null) ? adopt(known) : load();
		// A broken log that is being read is no other's.
		boolean beingRead = next.fault() == DenialReason.LOG_HELD && before.fault() != null
				&& before.fault().stranding().isPresent();
		if (beingRead) {
			return;
		}
		// Why no bundle could be entered stays the reason until one is.
		if (next.fault() != DenialReason.NO_BUNDLE || !before.isVacant()) {
			this.current.set(next);
		}
		if (next.open() != null) {
			logger.info("The consent bundle and its audit log are open");
		}
	}

	/**
	 * Looks whether the current bundle is still where it is stored, and denies calls as
	 * long as it cannot be kept there. Takes the lock of changes.
	 */
	void keep() {
		this.current.change(() -> {
			ConsentBundle bundle = this.current.held().bundle();
			if (this.current.isRunning() && bundle != null) {
				DenialReason found = this.stored.keep(bundle);
				if (this.current.held() instanceof Standing.Open open) {
					this.current.set(open.kept(found, this.check.fault(bundle)));
				}
			}
		});
	}

	private Standing load() {
		try {
			return this.stored.load().map(this::adopt).orElseGet(() -> new Standing.None(DenialReason.NO_BUNDLE));
		}
		catch (GrantexGemmaException ex) {
			warn(Trouble.UNREADABLE, "", ex);
			return new Standing.None(unreadable(ex));
		}
	}

	private static DenialReason unreadable(GrantexGemmaException failure) {
		return (failure instanceof UnsafeFileException) ? DenialReason.BUNDLE_UNSAFE : DenialReason.BUNDLE_UNREADABLE;
	}

	/**
	 * The standing under a bundle, after doing what was left to do when it was stored.
	 */
	Standing adopt(ConsentBundle bundle) {
		ConsentBundle adopted = bundle;
		try {
			this.stored.adopt(bundle);
			adopted = this.stored.archiveOrphans(bundle);
		}
		catch (AuditLogException ex) {
			return denied(adopted, StateTable.denialBy(ex));
		}
		catch (GrantexGemmaException ex) {
			warn(Trouble.UNADOPTABLE, "The consent bundle of another package could not be taken over: ", ex);
			return denied(adopted, unreadable(ex));
		}
		return this.stored.isForeign() ? Standing.denied(adopted, DenialReason.BUNDLE_MISMATCH) : create(adopted);
	}

	/**
	 * The standing under a bundle that is stored with its state, and whose log is not
	 * open yet.
	 */
	Standing create(ConsentBundle bundle) {
		try {
			Standing.Open open = create(bundle, this::openNamed);
			BundleState state = bundle.state();
			// The seal may know what an older copy of the bundle's file does not.
			return (state != null && open.log().sealed().isRefreshPending())
					? open.with(bundle.withState(state.withRefreshPending(true)), open.fault()) : open;
		}
		catch (ScopeViolationException ex) {
			return denied(bundle, DenialReason.SCOPE_VIOLATION);
		}
		catch (AuditLogException ex) {
			if (AuditLogException.LOG_UNSAFE.equals(ex.reason())) {
				warn(Trouble.UNSAFE_LOG, "The audit log cannot be opened. ", ex);
			}
			return denied(bundle, StateTable.denialBy(ex));
		}
		catch (GrantexGemmaException ex) {
			warn(Trouble.INVALID, "The stored bundle's grant does not verify: ", ex);
			return denied(bundle, DenialReason.GRANT_INVALID);
		}
	}

	/**
	 * The standing under the refreshed form of a bundle whose log is open.
	 */
	Standing create(ConsentBundle bundle, OpenChain chain) {
		return create(bundle, (refreshed) -> chain);
	}

	private Standing.Open create(ConsentBundle bundle, Function<ConsentBundle, OpenChain> chain) {
		VerifiedGrant grant = this.check.verify(bundle);
		OfflineVerifier verifier = this.check.verifier(bundle, this.current.clock());
		OpenChain open = chain.apply(bundle);
		BundleMemory.completeSeal(bundle, open.log());
		DenialReason fault = open.log().sealed().isRevoked() ? DenialReason.REVOKED : this.check.fault(bundle);
		return new Standing.Open(bundle, fault, grant, verifier, open, this.time);
	}

	private Standing denied(ConsentBundle bundle, DenialReason reason) {
		DenialReason fault = this.check.fault(bundle);
		// A chain that is broken must not be left behind unnoticed for another bundle.
		boolean broken = fault == DenialReason.BUNDLE_MISMATCH && reason.stranding().isPresent();
		return new Standing.Closed(bundle, (fault == null || broken) ? reason : fault, reason);
	}

	/**
	 * Before anything else can be appended, a new chain names the one it takes the place
	 * of.
	 */
	private OpenChain openNamed(ConsentBundle bundle) {
		OpenChain chain = openChain(bundle);
		try {
			if (bundle.revocation() == null && bundle.stranding() == null) {
				Losses.of(bundle).completeOn(chain.log());
			}
			return chain;
		}
		catch (AuditLogException ex) {
			chain.release();
			throw ex;
		}
	}

	/**
	 * Opens the chain of the current bundle, with one hold for the caller, or takes it up
	 * again if calls have kept it open since the consent was closed.
	 */
	OpenChain openChain(ConsentBundle bundle) {
		OpenChain still = this.last;
		if (still != null && still.isOf(bundle)) {
			if (still.acquire()) {
				return still;
			}
			still.awaitClosing();
		}
		OpenChain opened = new OpenChain(bundle, this.logs.of(bundle).open());
		this.last = opened;
		return opened;
	}

}
