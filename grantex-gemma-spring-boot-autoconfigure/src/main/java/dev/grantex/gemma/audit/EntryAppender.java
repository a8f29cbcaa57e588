package dev.grantex.gemma.audit;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

	private static final String DENIED = "denied";

	private final LogParts log;

	private final RepeatedDenials denials = new RepeatedDenials();

	private final AtomicBoolean countingScheduled = new AtomicBoolean();

	EntryAppender(LogParts log) {
		this.log = log;
	}

	/**
	 * Appends an entry.
	 * @param own what the log itself adds to the metadata
	 */
	SignedAuditEntry append(EntryKind kind, String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, Map<String, Object> own) {
		EntryFactory entries = this.log.entries();
		EntryDraft draft = entries.draft(kind, action, result, entries.metadata(grant, metadata, own));
		this.log.seal().open();
		SignedAuditEntry entry = this.log.chain().append(draft).toEntry();
		tellOfKept();
		tell(entry);
		seal();
		return entry;
	}

	/**
	 * Appends a denial, or counts it.
	 * @param facts what makes it equal to others
	 */
	void appendDenial(String action, @Nullable VerifiedGrant grant, Map<String, ?> facts, Map<String, ?> metadata) {
		Instant now = this.log.settings().clock().instant();
		appendCounted(this.denials.takeEnded(now), now);
		if (this.denials.isDistinct(new RepeatedDenials.Denial(action, grant, facts), now)) {
			Map<String, Object> all = new LinkedHashMap<>(facts);
			metadata.forEach(all::putIfAbsent);
			append(EntryKind.RECORD, action, grant, DENIED, all, Map.of());
		}
		else if (this.countingScheduled.compareAndSet(false, true)) {
			this.log.timer().after(RepeatedDenials.WINDOW, this::appendCountedLater);
		}
	}

	void requireWritable() {
		this.log.chain().requireWritable();
		this.log.entries().signer();
		this.log.seal().recover();
		tellOfKept();
	}

	/**
	 * Appends what was only counted so far.
	 */
	void close() {
		appendCounted(this.denials.takeAll(), Instant.MAX);
	}

	private void appendCountedLater() {
		this.countingScheduled.set(false);
		appendCounted(this.denials.takeAll(), this.log.settings().clock().instant());
	}

	private void appendCounted(List<RepeatedDenials.Counted> counted, Instant now) {
		for (RepeatedDenials.Counted denials : counted) {
			try {
				append(EntryKind.RECORD, denials.denial().action(), denials.denial().grant(), DENIED,
						denials.denial().facts(), Map.of(RepeatedDenials.MEMBER, denials.count()));
			}
			catch (AuditLogException ex) {
				logger.warn("Denials that were counted could not be recorded (" + ex.reason() + ")");
				this.denials.putBack(denials, now);
			}
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
			}
			else {
				this.log.seal().touch();
			}
		}
		catch (AuditLogException ex) {
			logger
				.warn("The audit log's seal could not be written; calls are denied until it is (" + ex.reason() + ")");
		}
	}

	private void tellOfKept() {
		for (PendingEntry kept = this.log.chain().pollKept(); kept != null; kept = this.log.chain().pollKept()) {
			tell(kept.toEntry());
		}
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
