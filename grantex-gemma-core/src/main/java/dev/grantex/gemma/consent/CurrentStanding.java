package dev.grantex.gemma.consent;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;

/**
 * The standing that is in force. It is read without a lock, and halted in memory without
 * waiting for anybody; who changes it otherwise holds the lock of changes from reading to
 * setting it, also while files are read and written.
 */
final class CurrentStanding {

	private static final Log logger = LogFactory.getLog(CurrentStanding.class);

	private final Clock clock;

	private final Runnable onChange;

	private final ReentrantLock changes = new ReentrantLock();

	/** What holds the chain, also while calls are denied because of a close. */
	private Standing held = new Standing.None(DenialReason.NOT_RUNNING);

	private volatile Standing standing = this.held;

	private volatile boolean running;

	private @Nullable Withdrawal withdrawal;

	/** What is left to do about a close. */
	private @Nullable Consumer<Standing> closing;

	/**
	 * Denies every call at first.
	 * @param onChange told after something may have changed, when no lock is held
	 */
	CurrentStanding(Clock clock, Runnable onChange) {
		this.clock = clock;
		this.onChange = onChange;
	}

	private record Withdrawal(String bundleId, Revocation revocation) {
	}

	Standing get() {
		return this.standing;
	}

	/**
	 * The standing to be changed, also if the consent was closed meanwhile. The lock of
	 * changes is held.
	 */
	synchronized Standing held() {
		return this.held;
	}

	/**
	 * Puts a standing in place, as far as calls were not halted meanwhile. The lock of
	 * changes is held.
	 */
	synchronized void set(Standing next) {
		this.held = revoked(next);
		this.standing = inForce();
	}

	/**
	 * Halts calls under the current bundle at once, whatever is being changed.
	 * @return the bundle, or null if there is none
	 */
	synchronized @Nullable ConsentBundle withdraw(Revocation revocation) {
		ConsentBundle bundle = this.held.bundle();
		if (bundle != null && bundle.revocation() == null) {
			this.withdrawal = new Withdrawal(bundle.bundleId(), revocation);
			set(this.held);
		}
		return bundle;
	}

	/**
	 * Whether a bundle's revocation was learned of since the start.
	 */
	synchronized boolean isWithdrawn(String bundleId) {
		return this.withdrawal != null && this.withdrawal.bundleId().equals(bundleId);
	}

	private Standing revoked(Standing next) {
		ConsentBundle bundle = next.bundle();
		BundleState state = (bundle != null) ? bundle.state() : null;
		Withdrawal known = this.withdrawal;
		if (bundle == null || state == null || state.revocation() != null || known == null
				|| !known.bundleId().equals(bundle.bundleId())) {
			return next;
		}
		return next.revoked(bundle.withState(state.withRevocation(known.revocation())));
	}

	private Standing inForce() {
		return this.running ? this.held : Standing.denied(this.held.bundle(), DenialReason.NOT_RUNNING);
	}

	void change(Runnable change) {
		change(() -> {
			change.run();
			return true;
		});
	}

	boolean change(BooleanSupplier change) {
		this.changes.lock();
		return unlockAfter(change);
	}

	/**
	 * Does the same, unless it would have to wait for somebody.
	 * @return what the change says, or false if it was not made
	 */
	boolean changeIfFree(BooleanSupplier change) {
		return this.changes.tryLock() && unlockAfter(change);
	}

	private boolean unlockAfter(BooleanSupplier change) {
		try {
			return change.getAsBoolean();
		}
		finally {
			unlock();
		}
	}

	/**
	 * Denies every call from now on, then gives up what is held: at once, or when a
	 * change under way that takes too long has ended.
	 * @param closing is given what is held, once
	 * @param longest how long to wait for a change under way
	 */
	void close(Consumer<Standing> closing, Duration longest) {
		synchronized (this) {
			this.running = false;
			this.standing = inForce();
			this.closing = closing;
		}
		boolean interrupted = Thread.interrupted();
		try {
			if (this.changes.tryLock(longest.toNanos(), TimeUnit.NANOSECONDS)) {
				unlock();
				return;
			}
		}
		catch (InterruptedException ex) {
			interrupted = true;
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
		logger.warn("The consent is closed, but a change under way still holds its files");
	}

	/**
	 * Lets calls be permitted. The lock of changes is held.
	 */
	void open() {
		giveUp();
		synchronized (this) {
			this.running = true;
		}
	}

	private void unlock() {
		try {
			if (this.changes.getHoldCount() == 1) {
				giveUp();
			}
		}
		finally {
			this.changes.unlock();
		}
		if (this.changes.isHeldByCurrentThread()) {
			return;
		}
		// It may have been asked for between the two.
		if (isClosing()) {
			changeIfFree(() -> true);
		}
		this.onChange.run();
	}

	private synchronized boolean isClosing() {
		return this.closing != null;
	}

	private void giveUp() {
		Consumer<Standing> pending;
		Standing last;
		synchronized (this) {
			pending = this.closing;
			last = this.held;
			if (pending == null) {
				return;
			}
			this.closing = null;
			this.held = this.standing;
		}
		pending.accept(last);
	}

	Clock clock() {
		return this.clock;
	}

	Instant now() {
		return this.clock.instant();
	}

	boolean isRunning() {
		return this.running;
	}

	void requireRunning() {
		if (!this.running) {
			throw new IllegalStateException("The consent is not open");
		}
	}

	/**
	 * Puts a standing in place under which nothing can be recorded, and closes the log of
	 * the one before.
	 * @throws IllegalStateException if a call that came in between still has the log
	 * open; it is taken up again when the consent is opened again
	 */
	void leave(Standing denied) {
		Standing last = held();
		set(denied);
		last.release();
		if (last instanceof Standing.Open open) {
			open.chain().awaitDenials();
			if (open.chain().isOpen()) {
				throw new IllegalStateException("Calls are under way on the chain");
			}
		}
	}

}
