package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainView;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Reads an open chain as it is at a moment, in constant memory.
 */
record LogReader(ChainWriter chain, LogFiles files, UndeliveredFiles undelivered) implements FileLines.Source {

	/**
	 * The files and the head at a moment.
	 *
	 * @param segments the first sequence number of every file
	 * @param endOfLast how many bytes of the last file count
	 */
	private record View(long first, Head head, List<Long> segments, long endOfLast,
			FileLines.Source source) implements ChainView {

		@Override
		public FileLines lines(long fromSequence) {
			return new FileLines(this.source, this.segments, this.endOfLast, fromSequence);
		}

	}

	/**
	 * Whether an entry is what it should be, and follows the one before.
	 */
	boolean holds(long sequence, ChainCodec codec) {
		View view = view();
		if (sequence < view.first()) {
			throw StoreException.deleted();
		}
		long from = Math.max(view.first(), sequence - 1);
		try (FileLines lines = view.lines(from)) {
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
	View view() {
		requireOpen();
		return this.chain.exclusively(() -> {
			if (!this.files.current().isFailed()) {
				this.files.force();
			}
			else if (this.files.current().unforced() > 0) {
				this.files.recover();
			}
			return new View(this.files.start().sequence() + 1, this.files.end().head(), this.files.firstSequences(),
					this.files.acknowledged(), this);
		});
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
		if (this.chain.is(Fault.CLOSED)) {
			throw StoreException.closed();
		}
	}

}
