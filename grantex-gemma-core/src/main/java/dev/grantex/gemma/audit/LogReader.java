package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.json.MalformedLineException;
import org.jspecify.annotations.Nullable;

/**
 * Reads an open chain as it is at a moment, in constant memory.
 */
final class LogReader {

	private final ChainWriter chain;

	private final LogFiles files;

	private final UndeliveredFiles undelivered;

	LogReader(ChainWriter chain, LogFiles files, UndeliveredFiles undelivered) {
		this.chain = chain;
		this.files = files;
		this.undelivered = undelivered;
	}

	/**
	 * The files and the head at a moment.
	 *
	 * @param first the sequence number of the first entry that is kept
	 * @param segments the first sequence number of every file
	 * @param endOfLast how many bytes of the last file count
	 * @param head the last durable entry
	 */
	private record View(long first, List<Long> segments, long endOfLast, ChainHead head) {
	}

	/**
	 * The entries from one on that are kept, up to the last one that is durable.
	 * @param onDamage told the sequence number of an entry that is not what it should be
	 */
	Stream<SignedAuditEntry> entries(long from, LongConsumer onDamage) {
		View view = view();
		long first = Math.max(from, view.first());
		return new EntryIterator(lines(view, first), first, view.head().sequence(), onDamage).stream();
	}

	/**
	 * The lines of all files.
	 */
	Stream<String> lines() {
		return lines(view(), 1).stream();
	}

	/**
	 * Verifies what a verifier has not seen yet, and that it reaches the head.
	 */
	ChainVerification verify(ChainVerifier verifier) {
		View view = view();
		if (verifier.nextSequence() < view.first()) {
			throw AuditLogException.deleted();
		}
		try (SegmentLines lines = lines(view, verifier.nextSequence())) {
			boolean holds = true;
			while (holds && lines.hasNext()) {
				holds = verifier.accept(lines.next());
			}
		}
		return verifier.resultAgainst(view.head().sequence(), view.head().hash());
	}

	/**
	 * Whether an entry is what it should be, and follows the one before.
	 * @param entries knows the chain's keys
	 */
	boolean holds(long sequence, EntryFactory entries) {
		View view = view();
		if (sequence < view.first()) {
			throw AuditLogException.deleted();
		}
		long from = Math.max(view.first(), sequence - 1);
		try (SegmentLines lines = lines(view, from)) {
			SignedAuditEntry before = (from < sequence) ? next(lines) : null;
			String hash = (before != null) ? before.hash() : null;
			SignedAuditEntry entry = next(lines);
			return entry != null && entry.seq() == sequence && entries.haveSigned(entry)
					&& (hash == null || hash.equals(entry.prevHash()));
		}
	}

	private static @Nullable SignedAuditEntry next(SegmentLines lines) {
		try {
			String line = lines.hasNext() ? lines.next() : "";
			SignedAuditEntry entry = WireForm.parse(line);
			return entry.toJson().equals(line) ? entry : null;
		}
		catch (MalformedLineException ex) {
			return null;
		}
	}

	/**
	 * What there is to read, after it was forced.
	 */
	private View view() {
		if (AuditLogException.LOG_CLOSED.equals(this.chain.failure())) {
			throw AuditLogException.closed();
		}
		return this.chain.exclusively(() -> {
			if (!this.files.current().isFailed()) {
				this.files.force();
			}
			else if (this.files.current().unforced() > 0) {
				this.files.recover();
			}
			return new View(this.files.start().sequence() + 1, this.files.firstSequences(), this.files.acknowledged(),
					this.files.end().head());
		});
	}

	private SegmentLines lines(View view, long from) {
		return new SegmentLines(this::open, view.segments(), view.endOfLast(), from);
	}

	private InputStream open(long firstSequence) throws IOException {
		if (AuditLogException.LOG_CLOSED.equals(this.chain.failure())) {
			throw AuditLogException.closed();
		}
		return this.chain.exclusively(() -> {
			this.undelivered.require(firstSequence);
			return new WatchedStream(this.files.read(firstSequence), (failure) -> unreadable(firstSequence, failure));
		});
	}

	private void unreadable(long firstSequence, IOException failure) {
		this.chain.exclusively(() -> {
			this.undelivered.unreadable(firstSequence, failure);
			return failure;
		});
	}

}
