package dev.grantex.gemma.audit;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

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

	private final AtomicBoolean retrying = new AtomicBoolean();

	EntryAppender(LogParts log) {
		this.log = log;
	}

	/**
	 * Appends an entry and tells the listeners.
	 * @param own what the log itself adds to the metadata
	 */
	SignedAuditEntry append(EntryKind kind, String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, Map<String, Object> own) {
		SignedAuditEntry entry = appendUntold(kind, action, grant, result, metadata, own);
		announce(List.of(entry));
		return entry;
	}

	/**
	 * Appends an entry that is still to be announced: listeners may do anything, so they
	 * are not called while something is locked.
	 * @param own what the log itself adds to the metadata
	 */
	SignedAuditEntry appendUntold(EntryKind kind, String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, Map<String, Object> own) {
		EntryFactory entries = this.log.entries();
		// Not a fault of the log, as it would be taken for further down.
		entries.signer();
		Map<String, Object> all = new LinkedHashMap<>(own);
		all.putAll(entries.caller(grant));
		EntryDraft draft = entries.draft(kind, action, result, entries.metadata(metadata, all));
		try {
			openSealFor(draft);
			this.log.retention().makeRoom();
			SignedAuditEntry entry = this.log.chain().append(draft).toEntry();
			seal();
			return entry;
		}
		catch (RuntimeException ex) {
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
	 * it.
	 * @throws AuditLogException if not
	 */
	void requireWritable() {
		this.log.entries().signer();
		try {
			this.log.seal().open();
			this.log.retention().makeRoom();
			this.log.chain().requireWritable();
			this.log.seal().recover();
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
		catch (AuditLogException ex) {
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
			if (this.log.chain().end().segment() != this.log.seal().statement().end().segment()) {
				this.log.seal().write();
				this.log.timer().after(Duration.ZERO, this.log.retention()::sweep);
			}
			else {
				this.log.seal().touch();
			}
		}
		catch (AuditLogException ex) {
			logger
				.warn("The audit log's seal could not be written; calls are denied until it is (" + ex.reason() + ")");
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
			logger.debug("The audit log cannot be written yet", ex);
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
			catch (RuntimeException | Error ex) {
				logger.warn("A listener of the audit log failed", ex);
			}
		}
	}

}
