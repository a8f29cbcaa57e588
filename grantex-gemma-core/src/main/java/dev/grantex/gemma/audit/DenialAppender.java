package dev.grantex.gemma.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.LogTimer;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Appends denials to an open log, many equal ones as one entry. Safe for use by several
 * threads.
 */
final class DenialAppender {

	private static final Log logger = LogFactory.getLog(DenialAppender.class);

	private static final String DENIED = "denied";

	private final EntryFactory entries;

	private final LogTimer timer;

	private final EntryAppender appender;

	private final ThrottledLine unrecorded;

	private final RepeatedDenials denials = new RepeatedDenials();

	/**
	 * Held while what was counted is neither there nor written yet. Taken before all
	 * other locks of the log.
	 */
	private final ReentrantLock writing = new ReentrantLock();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	DenialAppender(EntryFactory entries, LogTimer timer, EntryAppender appender) {
		this.entries = entries;
		this.timer = timer;
		this.appender = appender;
		this.unrecorded = new ThrottledLine(logger, entries.clock());
	}

	/**
	 * Appends a denial, or counts it.
	 * @param facts what makes it equal to others
	 * @throws AuditLogException if nothing can be written; what is only counted must be
	 * written one day, too
	 */
	void append(String action, @Nullable VerifiedGrant grant, Map<String, ?> facts, Map<String, ?> metadata) {
		this.entries.codec().signer();
		if (this.appender.fault() != null) {
			this.appender.awaitWritable();
		}
		Instant now = now();
		appendEnded(now);
		Map<String, Object> members = new LinkedHashMap<>(this.entries.caller(grant));
		Map<String, Object> safe = this.entries.facts(facts);
		RepeatedDenials.Kind kind = RepeatedDenials.Kind.of(EntryFactory.action(action), members, safe);
		if (this.denials.isDistinct(kind, now)) {
			members.putAll(safe);
			appendDistinct(kind, metadata, members);
		}
		else {
			schedule();
		}
	}

	/**
	 * A denial that could not be written does not count among those that were.
	 */
	private void appendDistinct(RepeatedDenials.Kind kind, Map<String, ?> metadata, Map<String, Object> members) {
		SignedAuditEntry written;
		try {
			written = this.appender.appendUntold(
					this.entries.draft(EntryDraft.Kind.RECORD, kind.action(), null, DENIED, metadata, members));
		}
		catch (RuntimeException | Error ex) {
			this.denials.giveBack(kind);
			throw ex;
		}
		this.appender.announce(List.of(written));
	}

	/**
	 * Appends everything that was only counted so far. What is denied from now on is not
	 * counted.
	 */
	void close() {
		this.writing.lock();
		appendAndUnlock(this.denials::close, now());
	}

	/**
	 * Appends everything that was only counted so far. What is denied from now on is
	 * still counted.
	 * @throws AuditLogException if something could not be written; it stays counted
	 */
	void flush() {
		this.writing.lock();
		RuntimeException failure = appendAndUnlock(this.denials::takeCounted, now());
		if (failure != null) {
			throw failure;
		}
	}

	private void schedule() {
		if (this.scheduled.compareAndSet(false, true)) {
			this.timer.after(RepeatedDenials.WINDOW, this::appendEndedLater);
		}
	}

	private void appendEndedLater() {
		this.scheduled.set(false);
		appendEnded(now());
		if (this.denials.hasCounted()) {
			schedule();
		}
	}

	private void appendEnded(Instant now) {
		if (this.writing.tryLock()) {
			appendAndUnlock(() -> this.denials.takeEnded(now), now);
		}
	}

	/**
	 * Appends what was counted while the lock is held, and tells the listeners of it
	 * after that.
	 * @return why not everything could be appended, or null if it was
	 */
	private @Nullable RuntimeException appendAndUnlock(Supplier<List<RepeatedDenials.Counted>> counted, Instant now) {
		List<SignedAuditEntry> written = new ArrayList<>();
		try {
			return appendCounted(counted.get(), now, written);
		}
		finally {
			this.writing.unlock();
			this.appender.announce(written);
		}
	}

	private @Nullable RuntimeException appendCounted(List<RepeatedDenials.Counted> counted, Instant now,
			List<SignedAuditEntry> written) {
		try {
			for (RepeatedDenials.Counted denials : counted) {
				RepeatedDenials.Kind kind = denials.kind();
				written.add(this.appender.appendUntold(this.entries.draft(EntryDraft.Kind.RECORD, kind.action(), null,
						DENIED, null, kind.counted(denials.count()))));
			}
			return null;
		}
		catch (RuntimeException ex) {
			List<RepeatedDenials.Counted> left = counted.subList(written.size(), counted.size());
			this.unrecorded.warn(() -> left.stream().mapToLong(RepeatedDenials.Counted::count).sum()
					+ " denials that were only counted could not be recorded", ex);
			this.denials.putBack(left, now);
			schedule();
			return ex;
		}
	}

	private Instant now() {
		return this.entries.clock().instant();
	}

}
