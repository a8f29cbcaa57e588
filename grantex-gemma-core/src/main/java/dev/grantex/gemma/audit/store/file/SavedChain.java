package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * What there is of a chain, in whatever condition, to be read without a change. No log of
 * the chain can be opened until it is closed.
 *
 * @param files the files that may hold lines, in order; another chain's may be the last
 * @param locks that keep logs from being opened
 * @param start the last line that is no longer kept, or null if no seal states that
 * @param first the sequence number of the first line that should be there or, if no seal
 * states that, of the first one on disk
 */
record SavedChain(Files files, LogLocks locks, @Nullable Head start, long first) implements SavedLines {

	interface Files {

		NavigableMap<Long, Path> find() throws IOException;

	}

	/**
	 * A chain whose seal can be verified.
	 */
	static SavedChain of(ChainFiles chain, LogLocks locks) throws IOException {
		Head start = sealedStart(chain).orElse(null);
		return new SavedChain(() -> files(chain), locks, start,
				(start != null) ? start.sequence() + 1 : firstOnDisk(chain));
	}

	/**
	 * A chain of which only the files are known.
	 */
	static SavedChain of(ChainSearch.Found chain, LogLocks locks) {
		return new SavedChain(chain::files, locks, null, chain.summary().first());
	}

	@Override
	public FileLines read(long sequence) {
		try {
			NavigableMap<Long, Path> all = this.files.find();
			Long from = all.floorKey(sequence - 1);
			return FileLines.of((from != null) ? all.tailMap(from, true) : all);
		}
		catch (IOException ex) {
			throw StoreException.unreadable(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.locks.close();
		}
		catch (IOException ex) {
			throw StoreException.unwritable(ex);
		}
	}

	private static Optional<Head> sealedStart(ChainFiles chain) {
		try {
			return chain.seals().find().map((found) -> found.statement().start());
		}
		catch (StoreException ex) {
			// A seal that cannot be relied on says no more than one that is missing.
			return Optional.empty();
		}
	}

	private static long firstOnDisk(ChainFiles chain) throws IOException {
		NavigableMap<Long, Path> closed = chain.closed();
		if (!closed.isEmpty()) {
			return Math.max(1, closed.firstKey());
		}
		if (!chain.active().exists()) {
			return 1;
		}
		return LogTail.first(chain.names().active(), chain.codec())
			.filter((line) -> line.owner().equals(chain.owner()) && line.sequence() > 0)
			.map(ReadLine::sequence)
			.orElse(1L);
	}

	private static NavigableMap<Long, Path> files(ChainFiles chain) throws IOException {
		NavigableMap<Long, Path> files = new TreeMap<>(chain.closed());
		if (chain.active().exists()) {
			files.put(Long.MAX_VALUE, chain.names().active());
		}
		return files;
	}

}
