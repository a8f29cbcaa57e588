package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;

/**
 * Reads an open chain as it is at a moment, in constant memory.
 */
final class LogReader implements FileLines.Source {

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
	private record View(long first, List<Long> segments, long endOfLast, Head head) {
	}

	/**
	 * The entries from one on that are kept, up to the last one that is durable.
	 * @param onDamage told the sequence number of an entry that is not what it should be
	 */
	Stream<SignedAuditEntry> entries(long from, LongConsumer onDamage) {
		View view = view();
		long first = Math.max(from, view.first());
		return new EntryReader(lines(view, first), first).through(view.head().sequence(), onDamage);
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
		try (FileLines lines = lines(view, verifier.nextSequence())) {
			for (String line = lines.next(); line != null && verifier.accept(line);) {
				line = lines.next();
			}
		}
		return verifier.resultAgainst(view.head().sequence(), view.head().hash());
	}

	/**
	 * Whether an entry is what it should be, and follows the one before.
	 */
	boolean holds(long sequence, ChainCodec codec) {
		View view = view();
		if (sequence < view.first()) {
			throw AuditLogException.deleted();
		}
		long from = Math.max(view.first(), sequence - 1);
		try (FileLines lines = lines(view, from)) {
			Optional<ReadLine> before = (from < sequence) ? next(lines, codec) : Optional.empty();
			return next(lines, codec).filter((line) -> line.sequence() == sequence && line.isSigned())
				.filter((line) -> before.isEmpty() || before.get().head().hash().equals(line.previousHash()))
				.isPresent();
		}
	}

	private static Optional<ReadLine> next(FileLines lines, ChainCodec codec) {
		return lines.next(codec).filter(ReadLine::isExact);
	}

	/**
	 * What there is to read, after it was forced.
	 */
	private View view() {
		requireOpen();
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

	private FileLines lines(View view, long from) {
		return new FileLines(this, view.segments(), view.endOfLast(), from);
	}

	@Override
	public InputStream open(long firstSequence) throws IOException {
		requireOpen();
		return this.chain.exclusively(() -> {
			this.undelivered.require(firstSequence);
			return this.files.read(firstSequence);
		});
	}

	@Override
	public void unreadable(long firstSequence, IOException cause) {
		this.chain.exclusively(() -> {
			this.undelivered.unreadable(firstSequence, cause);
			return cause;
		});
	}

	private void requireOpen() {
		if (AuditLogException.LOG_CLOSED.equals(this.chain.failure())) {
			throw AuditLogException.closed();
		}
	}

}
