package dev.grantex.gemma.audit;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Appends entries to an open log, tells the listeners of them and keeps the seal behind
 * them. Safe for use by several threads.
 */
final class EntryAppender {

	private static final Log logger = LogFactory.getLog(EntryAppender.class);

	private static final Set<String> FINAL = Set.of(AuditLogException.LOG_CLOSED, AuditLogException.LOG_CORRUPTED,
			AuditLogException.KEY_UNUSABLE);

	private final LogParts log;

	private final ThrottledLine unsealed;

	private final ThrottledLine unwritable;

	private final ThrottledLine failedListener;

	private final AtomicBoolean retrying = new AtomicBoolean();

	private final AtomicBoolean sweepPlanned = new AtomicBoolean();

	/**
	 * Held by the one that makes the log usable again. Taken before those of retention
	 * and seal, and no listener is called under it.
	 */
	private final ReentrantLock mending = new ReentrantLock();

	EntryAppender(LogParts log) {
		this.log = log;
		Clock clock = log.settings().clock();
		this.unsealed = new ThrottledLine(logger, clock);
		this.unwritable = new ThrottledLine(logger, clock);
		this.failedListener = new ThrottledLine(logger, clock);
	}

	/**
	 * Appends an entry and tells the listeners.
	 * @param own what the log itself adds to the metadata
	 */
	SignedAuditEntry append(EntryKind kind, String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, Map<String, Object> own) {
		return append(draft(kind, action, grant, result, metadata, own));
	}

	/**
	 * Appends an entry and tells the listeners.
	 */
	SignedAuditEntry append(EntryDraft draft) {
		return append(draft, () -> {
		});
	}

	/**
	 * Appends an entry and tells the listeners.
	 * @param onRecord run when the entry is acknowledged, before the listeners are told,
	 * which may take as long as they like
	 */
	SignedAuditEntry append(EntryDraft draft, Runnable onRecord) {
		SignedAuditEntry entry = appendUntold(draft);
		onRecord.run();
		announce(List.of(entry));
		return entry;
	}

	/**
	 * Makes what an entry will say.
	 * @param own what the log itself adds to the metadata
	 */
	EntryDraft draft(EntryKind kind, String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, Map<String, Object> own) {
		EntryFactory entries = this.log.entries();
		Map<String, Object> all = new LinkedHashMap<>(own);
		all.putAll(entries.caller(grant));
		return entries.draft(kind, action, result, entries.metadata(metadata, all));
	}

	/**
	 * Appends an entry that is still to be announced: listeners may do anything, so they
	 * are not called while something is locked.
	 */
	SignedAuditEntry appendUntold(EntryDraft draft) {
		// Not a fault of the log, as it would be taken for further down.
		this.log.entries().signer();
		try {
			openSealFor(draft);
			makeRoomFor(draft.kind());
			SignedAuditEntry entry = this.log.chain().append(draft).toEntry();
			seal();
			return entry;
		}
		catch (RuntimeException | Error ex) {
			retryLater();
			throw ex;
		}
	}

	/**
	 * Tells the listeners of entries.
	 */
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
		require(this.log.settings().patience());
	}

	/**
	 * Makes sure that the closed files that the service does not have are what they were.
	 * As long as they are not, calls are refused, and it is looked again.
	 * @throws AuditLogException if they are not
	 */
	void requireUndelivered() {
		try {
			this.log.chain().requireUndelivered();
		}
		catch (AuditLogException ex) {
			retryLater();
			throw ex;
		}
	}

	private void require(Duration patience) {
		this.log.entries().signer();
		try {
			if (!isWritable()) {
				mend(patience);
			}
		}
		catch (AuditLogException ex) {
			retryLater();
			throw ex;
		}
		finally {
			if (tellOfKept()) {
				seal();
			}
		}
	}

	private boolean isWritable() {
		return !this.log.seal().statement().closed() && this.log.failure() == null && this.log.chain().isWritable();
	}

	private void mend(Duration patience) {
		AuditLogException fault = Objects.requireNonNullElseGet(fault(), AuditLogException::full);
		boolean full = AuditLogException.LOG_FULL.equals(fault.reason());
		if (!Uninterrupted.tryLock(this.mending, full ? this.log.settings().patience() : patience)) {
			throw AuditLogException.of(fault);
		}
		try {
			this.log.seal().open();
			makeRoom();
			this.log.chain().requireWritable();
			this.log.seal().recover();
		}
		finally {
			this.mending.unlock();
		}
	}

	private @Nullable AuditLogException fault() {
		AuditLogException fault = this.log.fault();
		return (fault != null) ? fault : this.log.chain().want();
	}

	/**
	 * The call whose outcome it is has been made: it waits for no deletion, and there is
	 * room for it in any case.
	 */
	private void makeRoomFor(EntryKind kind) {
		if (kind != EntryKind.OUTCOME) {
			makeRoom();
		}
		else if (this.log.retention().isNeeded()) {
			sweepLater();
		}
	}

	private void makeRoom() {
		if (!this.log.retention().makeRoom()) {
			sweepLater();
		}
	}

	private void sweepLater() {
		if (this.sweepPlanned.compareAndSet(false, true)) {
			this.log.timer().after(Duration.ZERO, () -> {
				this.sweepPlanned.set(false);
				this.log.retention().sweep();
			});
		}
	}

	/**
	 * Closes the log, which may write what could not be written before.
	 */
	void close() {
		try {
			this.log.close();
		}
		finally {
			tellOfKept();
		}
	}

	private void openSealFor(EntryDraft draft) {
		try {
			this.log.seal().open();
		}
		catch (RuntimeException | Error ex) {
			this.log.chain().keep(draft);
			throw ex;
		}
	}

	/**
	 * The entry is acknowledged: its caller must not take it for lost because the seal
	 * lags behind.
	 */
	private void seal() {
		try {
			LogEnd sealed = this.log.seal().statement().end();
			if (this.log.chain().end().segment() != sealed.segment()) {
				this.log.seal().write();
				sweepLater();
			}
			else if (this.log.chain().written().isUndone(sealed.head().sequence())) {
				this.log.seal().write();
			}
			else {
				this.log.seal().touch();
			}
		}
		catch (AuditLogException ex) {
			this.unsealed.warn(() -> "The audit log's seal could not be written (" + ex.reason() + ")", null);
			retryLater();
		}
	}

	/**
	 * What waits in memory is written as soon as possible, also if nobody calls any more
	 * because calls are denied.
	 */
	private void retryLater() {
		boolean temporary = this.log.failure() != null && !FINAL.contains(this.log.failure());
		if (temporary && this.retrying.compareAndSet(false, true)) {
			this.log.timer().after(this.log.settings().sealPace().multipliedBy(LogSettings.RETRY_PACE), this::retry);
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

	private boolean tellOfKept() {
		boolean any = false;
		for (PendingEntry kept = this.log.chain().pollKept(); kept != null; kept = this.log.chain().pollKept()) {
			tell(kept.toEntry());
			any = true;
		}
		return any;
	}

	private void tell(SignedAuditEntry entry) {
		for (Consumer<SignedAuditEntry> listener : this.log.settings().listeners()) {
			try {
				listener.accept(entry);
			}
			catch (Throwable ex) {
				this.failedListener.warn(() -> "A listener of the audit log failed", ex);
			}
		}
	}

}
