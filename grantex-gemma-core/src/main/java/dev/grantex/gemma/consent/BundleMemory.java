package dev.grantex.gemma.consent;

import java.time.Instant;
import java.util.Objects;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * What is remembered of the current bundle in two places, its file and the seal of its
 * log, so that an older copy of one of them undoes nothing: that it was revoked, that a
 * refresh was begun, and which audit key signs. Each step of a change is durable before
 * the next one. Thread-safe.
 */
public final class BundleMemory {

	private static final Log logger = LogFactory.getLog(BundleMemory.class);

	private final CurrentStanding current;

	private final StoredBundle stored;

	private final BundleCheck check;

	private final ConsentOpening opening;

	/** The bundle whose revocation is to be stored, or was. */
	private @Nullable String revoked;

	BundleMemory(CurrentStanding current, StoredBundle stored, BundleCheck check, ConsentOpening opening) {
		this.current = current;
		this.stored = stored;
		this.check = check;
		this.opening = opening;
	}

	/**
	 * Notes durably that a refresh begins: if its answer is lost, the audit key is lost
	 * with it and the bundle must be refreshed again.
	 * @throws GrantexGemmaException if it could not be stored; the refresh must not begin
	 */
	public void begin() {
		begin(null);
	}

	/**
	 * The same for a refresh that is only to get a key that the service takes, which is
	 * {@linkplain BundleState#keyRepairs() counted}.
	 */
	public void beginRepair(Instant now) {
		begin(Objects.requireNonNull(now, "now"));
	}

	private void begin(@Nullable Instant repairAt) {
		this.current.change(() -> {
			Standing standing = this.current.held();
			BundleState state = stateOf(standing);
			if (state != null && (repairAt != null || !state.refreshPending())) {
				BundleState pending = state.withRefreshPending(true);
				store(standing, (repairAt != null) ? pending.withKeyRepair(repairAt) : pending);
			}
			sealPending(standing, true);
		});
	}

	/**
	 * Puts the refreshed form of the current bundle in its place: a new token, snapshot
	 * and audit key, the same chain.
	 * @throws OfflineVerificationException if the refreshed grant does not verify or is
	 * another one; the bundle then stays as it was
	 * @throws GrantexGemmaException if the bundle cannot be used or stored; it then stays
	 * as it was, unless its key is in use already and only a note about it could not be
	 * stored: doing the same again adds nothing to what is known of the key
	 * @throws IllegalArgumentException if it is not the current bundle's refreshed form
	 */
	public void refresh(ConsentBundle refreshed) {
		this.current.change(() -> {
			if (this.current.held() instanceof Standing.Open open
					&& open.bundle().bundleId().equals(refreshed.bundleId())) {
				this.check.verifyRefreshed(open.bundle(), refreshed);
				swap(open, refreshed);
			}
			else {
				throw new IllegalArgumentException("Not the current bundle");
			}
		});
	}

	/**
	 * The key must be stored before anything is signed with it. What is appended until
	 * then is still signed with the former one, so where its use begins is known after
	 * that only.
	 */
	private void swap(Standing.Open open, ConsentBundle refreshed) {
		BundleState state = Objects.requireNonNull(open.bundle().state());
		OpenChain chain = open.chain();
		ConsentBundle expected = signedFrom(chain.log().nextSequence(), refreshed, state);
		this.stored.save(expected);
		ConsentBundle next = signedFrom(chain.refresh(expected), refreshed, state);
		if (!next.equals(expected)) {
			this.stored.saveEventually(next);
		}
		this.current.set(this.opening.create(next, chain));
		try {
			this.stored.saveUnsaved();
		}
		finally {
			chain.log().sealed().markRefreshed();
		}
	}

	/**
	 * Whether the service goes by the new key is known when it has accepted something.
	 */
	private static ConsentBundle signedFrom(long sequence, ConsentBundle refreshed, BundleState state) {
		return refreshed
			.withState(state.withAuditKey(refreshed.offlineAuditKey().publicKey(), sequence).withRefreshPending(true));
	}

	/**
	 * Notes durably that the service goes by the present key: it has accepted something
	 * under it, or a refresh that was begun has certainly not been made.
	 * @throws GrantexGemmaException if it could not be stored; it is done again then
	 */
	public void confirm() {
		this.current.change(() -> {
			Standing standing = this.current.held();
			BundleState state = stateOf(standing);
			if (state != null && state.refreshPending()) {
				store(standing, state.withRefreshPending(false));
			}
			sealPending(standing, false);
		});
	}

	/**
	 * Erases the private key of a revoked bundle whose chain was delivered to its end, as
	 * soon as no call is under way on it. Does nothing before that.
	 */
	public void erase() {
		this.current.change(() -> {
			if (this.current.isRunning() && this.current.held() instanceof Standing.Open open && open.isIdle()
					&& isComplete(open)) {
				this.current.leave(Standing.denied(open.bundle(), DenialReason.REVOKED));
				ConsentBundle erased = open.bundle().withoutPrivateKey();
				this.stored.saveErased(erased);
				this.current.set(this.opening.create(erased));
			}
		});
	}

	/**
	 * Whether a bundle is revoked, that is noted everywhere, and the service has the
	 * whole chain or will never take the rest, so that nothing is left to sign.
	 */
	private boolean isComplete(Standing.Open open) {
		ConsentBundle bundle = open.bundle();
		OfflineAuditLog log = open.log();
		return bundle.revocation() != null && bundle.offlineAuditKey().privateKey() != null && !this.stored.hasUnsaved()
				&& log.sealed().isRevoked() && log.failure() == null && log.unwritten() == 0
				&& (log.unsynchronized() == 0 || bundle.stranding() != null);
	}

	/**
	 * Remembers durably that a bundle was revoked, which calls know already. A log that
	 * does not open gets it when it does. What could not be written is written when it is
	 * asked for again.
	 */
	void revoke(String revokedId) {
		this.current.change(() -> {
			Standing standing = this.current.held();
			ConsentBundle bundle = standing.bundle();
			// It may be under another bundle by now.
			if (bundle != null && bundle.bundleId().equals(revokedId)) {
				if (this.current.isWithdrawn(revokedId) && !revokedId.equals(this.revoked)) {
					this.revoked = revokedId;
					this.stored.saveEventually(bundle);
				}
				boolean running = this.current.isRunning();
				saveThen(() -> {
					if (!running) {
						sealAfterClose(bundle);
					}
					else if (standing instanceof Standing.Open open) {
						open.log().sealed().markRevoked();
					}
				});
			}
		});
	}

	private void saveThen(Runnable sealing) {
		try {
			this.stored.saveUnsaved();
		}
		finally {
			sealing.run();
		}
	}

	private void sealAfterClose(ConsentBundle bundle) {
		OpenChain chain = this.opening.openChain(bundle);
		try {
			chain.log().sealed().markRevoked();
		}
		finally {
			chain.release();
		}
	}

	void writeAtLast(Standing last) {
		try {
			saveThen(() -> {
				if (last instanceof Standing.Open open && open.bundle().revocation() != null) {
					open.log().sealed().markRevoked();
				}
			});
		}
		catch (GrantexGemmaException ex) {
			logger.error("The revocation could not be stored: " + ex.getMessage());
		}
	}

	/**
	 * Notes a revocation in the seal of a log that was just opened, if its bundle tells
	 * of one.
	 */
	static void completeSeal(ConsentBundle bundle, OfflineAuditLog log) {
		try {
			if (bundle.revocation() != null) {
				log.sealed().markRevoked();
			}
		}
		catch (GrantexGemmaException ex) {
			logger.warn("The revocation could not be noted in the audit log's seal: " + ex.getMessage());
		}
	}

	private void store(Standing standing, BundleState state) {
		ConsentBundle changed = Objects.requireNonNull(standing.bundle()).withState(state);
		this.stored.save(changed);
		this.current.set(standing.with(changed, standing.fault()));
	}

	private static @Nullable BundleState stateOf(Standing standing) {
		return (standing.bundle() != null) ? standing.bundle().state() : null;
	}

	private static void sealPending(Standing standing, boolean pending) {
		if (standing instanceof Standing.Open open) {
			open.log().sealed().markRefreshPending(pending);
		}
	}

}
