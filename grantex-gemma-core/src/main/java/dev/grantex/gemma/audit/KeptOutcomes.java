package dev.grantex.gemma.audit;

import java.time.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;

/**
 * Outcomes of calls that could not be written when they were appended. They stay in
 * memory until they are. Safe for use by several threads, of which one at a time writes.
 */
final class KeptOutcomes {

	private static final Log logger = LogFactory.getLog(KeptOutcomes.class);

	/**
	 * In bytes. No call is permitted meanwhile, so only those under way add to it.
	 */
	private static final long MAX_LENGTH = 64 * 1024 * 1024;

	private static final int MAX_REPORTED = 100;

	private final Queue<Outcome> unwritten = new ConcurrentLinkedQueue<>();

	/** What was written at last and nobody was told of. */
	private final Queue<SignedAuditEntry> written = new ConcurrentLinkedQueue<>();

	private final ThrottledLine tooMany;

	private final AtomicInteger size = new AtomicInteger();

	private final AtomicLong length = new AtomicLong();

	KeptOutcomes(Clock clock) {
		this.tooMany = new ThrottledLine(logger, clock);
	}

	/**
	 * An outcome.
	 *
	 * @param draft what it says
	 * @param timestamp when it was appended
	 */
	record Outcome(EntryDraft draft, String timestamp) {

		private String describe() {
			return this.timestamp + " " + this.draft.action() + " " + this.draft.result();
		}

	}

	void keep(Outcome outcome) {
		int added = outcome.draft().length();
		if (this.length.addAndGet(added) > MAX_LENGTH) {
			this.length.addAndGet(-added);
			this.tooMany.error(
					() -> "Too many outcomes wait for the audit log; this one is in no entry: " + outcome.describe(),
					null);
			return;
		}
		this.size.incrementAndGet();
		this.unwritten.add(outcome);
	}

	int size() {
		return this.size.get();
	}

	/**
	 * The one to be written next.
	 */
	@Nullable Outcome next() {
		return this.unwritten.peek();
	}

	/**
	 * Takes note of the next one's entry.
	 */
	void written(SignedAuditEntry entry) {
		Outcome outcome = this.unwritten.remove();
		this.size.decrementAndGet();
		this.length.addAndGet(-outcome.draft().length());
		this.written.add(entry);
	}

	/**
	 * Takes an outcome that was written at last.
	 */
	@Nullable SignedAuditEntry pollWritten() {
		return this.written.poll();
	}

	/**
	 * Says what will never be written, so that at least the application's log has it.
	 */
	void reportLost() {
		int lost = size();
		if (lost > 0) {
			logger.error("The audit log ends without the outcomes of " + lost + " calls that it could not write: "
					+ this.unwritten.stream().limit(MAX_REPORTED).map(Outcome::describe).toList());
		}
	}

}
