package dev.grantex.gemma.audit;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.LogTimer;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * Appends entries to an open log, tells the listeners of them, and tries again what could
 * not be written. Safe for use by several threads.
 */
final class EntryAppender {

	private static final Log logger = LogFactory.getLog(EntryAppender.class);

	private static final Set<String> FINAL = Set.of(AuditLogException.LOG_CLOSED, AuditLogException.LOG_CORRUPTED,
			AuditLogException.KEY_UNUSABLE);

	private final StoredChain chain;

	private final EntryFactory entries;

	private final EntryWriter writer;

	private final Settings settings;

	private final LogTimer timer;

	private final ThrottledLine unwritable;

	private final ThrottledLine failedListener;

	private final AtomicBoolean retrying = new AtomicBoolean();

	/**
	 * How entries are appended.
	 *
	 * @param retryPace how soon after a failure it is tried again to undo it
	 * @param patience how long a call waits at most for room, or for another that mends
	 * @param listeners called with every acknowledged entry
	 */
	record Settings(Duration retryPace, Duration patience, List<Consumer<SignedAuditEntry>> listeners) {

		Settings {
			listeners = List.copyOf(listeners);
		}

	}

	EntryAppender(StoredChain chain, EntryFactory entries, Settings settings, LogTimer timer) {
		this.chain = chain;
		this.entries = entries;
		this.writer = new EntryWriter(chain, entries, settings.patience());
		this.settings = settings;
		this.timer = timer;
		this.unwritable = new ThrottledLine(logger, entries.clock());
		this.failedListener = new ThrottledLine(logger, entries.clock());
	}

	/**
	 * Why nothing can be written, or null.
	 */
	@Nullable AuditLogException fault() {
		return this.writer.fault();
	}

	int unwritten() {
		return this.writer.kept().size();
	}

	/**
	 * Appends an entry and tells the listeners.
	 * @param onRecord run when the entry is acknowledged, before the listeners are told,
	 * which may take as long as they like
	 */
	SignedAuditEntry append(EntryDraft draft, Runnable onRecord) {
		SignedAuditEntry entry = appendUntold(draft);
		onRecord.run();
		tellOfKept();
		tell(entry);
		return entry;
	}

	/**
	 * Appends an entry that is still to be announced: listeners may do anything, so they
	 * are not called while something is locked.
	 */
	SignedAuditEntry appendUntold(EntryDraft draft) {
		// Not a fault of the log, as it would be taken for further down.
		this.entries.codec().signer();
		try {
			return this.writer.append(draft);
		}
		finally {
			retryLater();
		}
	}

	void announce(List<SignedAuditEntry> entries) {
		tellOfKept();
		entries.forEach(this::tell);
	}

	/**
	 * Makes sure that an entry could be written now, after a failure by trying to undo
	 * it. One thread at a time tries: who comes meanwhile is refused at once, and waits
	 * only where nothing is wanting but room.
	 * @throws AuditLogException if not
	 */
	void requireWritable() {
		require(Duration.ZERO);
	}

	/**
	 * The same, but waits a little for the thread that tries.
	 * @throws AuditLogException if not
	 */
	void awaitWritable() {
		require(this.settings.patience());
	}

	/**
	 * Makes sure that the closed files that the service does not have are what they were.
	 * As long as they are not, calls are refused, and it is looked again.
	 * @throws AuditLogException if they are not
	 */
	void requireUndelivered() {
		try {
			Stored.run(this.chain::requireUndelivered);
		}
		finally {
			retryLater();
		}
	}

	/**
	 * Closes the log, which may write what could not be written before.
	 */
	void close() {
		try {
			this.writer.close();
		}
		finally {
			tellOfKept();
		}
	}

	private void require(Duration patience) {
		this.entries.codec().signer();
		try {
			this.writer.requireWritable(patience);
		}
		finally {
			retryLater();
			tellOfKept();
		}
	}

	/**
	 * What waits in memory is written as soon as possible, also if nobody calls any more
	 * because calls are denied.
	 */
	private void retryLater() {
		AuditLogException fault = fault();
		boolean temporary = fault != null && !FINAL.contains(fault.reason());
		if (temporary && this.retrying.compareAndSet(false, true)) {
			this.timer.after(this.settings.retryPace(), this::retry);
		}
	}

	private void retry() {
		this.retrying.set(false);
		try {
			requireWritable();
		}
		catch (AuditLogException ex) {
			this.unwritable.debug(() -> "The audit log cannot be written yet", ex);
		}
	}

	private void tellOfKept() {
		KeptOutcomes kept = this.writer.kept();
		for (SignedAuditEntry entry = kept.pollWritten(); entry != null; entry = kept.pollWritten()) {
			tell(entry);
		}
	}

	private void tell(SignedAuditEntry entry) {
		for (Consumer<SignedAuditEntry> listener : this.settings.listeners()) {
			try {
				listener.accept(entry);
			}
			catch (Throwable ex) {
				this.failedListener.warn(() -> "A listener of the audit log failed", ex);
			}
		}
	}

}
