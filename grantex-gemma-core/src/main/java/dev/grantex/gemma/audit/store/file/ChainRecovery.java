package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

import dev.grantex.gemma.audit.store.AuditStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Finds out what there is of a chain on disk, against what its seal states. Reads the
 * sealed entries' end and what comes after it, not the entries before, however many they
 * are. Changes nothing.
 *
 * @param seal the latest statement about the chain
 * @param codec reads the chain's lines
 * @param files the files that hold entries of the chain, by their first sequence number
 * @param activeExists whether there is an active file, whatever it holds
 * @param latest whether the statement is known to be the last one that was made
 * @param recalled told of all lines since the oldest call that was under way
 * @param damages takes what is found damaged among the entries that the service has
 */
record ChainRecovery(SealRecord seal, ChainCodec codec, NavigableMap<Long, Path> files, boolean activeExists,
		boolean latest, AuditStore.Recollection recalled, List<Long> damages) {

	private static final Log logger = LogFactory.getLog(ChainRecovery.class);

	/**
	 * What was found on disk of a chain. Nothing was changed yet.
	 *
	 * @param files the files that hold entries, by their first sequence number
	 * @param start the entry before the first one that is kept
	 * @param end where the last entry ends that holds
	 * @param damages what was found damaged among the entries that the service has
	 */
	record Found(NavigableMap<Long, Path> files, Head start, LogEnd end, List<Long> damages) {
	}

	/**
	 * Finds the chain's end.
	 * @throws StoreException if entries that were forced are missing or damaged
	 */
	Found run() throws IOException {
		requireSealedEnd();
		requireEarlierFiles();
		recall();
		LogEnd end = this.seal.end();
		Long file = (end.segment() != 0) ? (Long) end.segment() : firstAfterStart();
		while (file != null) {
			end = advance(file, end);
			Long next = this.files.higherKey(file);
			if (next != null && next != end.head().sequence() + 1) {
				throw StoreException.missing();
			}
			file = next;
		}
		if (this.seal.checkpoint().closed() && !end.head().equals(this.seal.end().head())) {
			reportForeign(end);
		}
		return new Found(this.files, this.seal.start(), end, List.copyOf(this.damages));
	}

	/**
	 * This package appends nothing before the seal says that the log is open again:
	 * either the seal is an older copy, or another package, which knows no seal, has gone
	 * on.
	 */
	private void reportForeign(LogEnd end) {
		if (!this.latest) {
			throw StoreException.corrupted();
		}
		long first = this.seal.end().head().sequence() + 1;
		logger.info("Another package has appended the audit log's entries " + first + " to " + end.head().sequence()
				+ " since it was closed; the chain goes on after them");
	}

	/**
	 * A chain without sealed entries begins in its first file, if it has begun.
	 */
	private @Nullable Long firstAfterStart() {
		Long first = this.files.isEmpty() ? null : this.files.firstKey();
		if (first != null && first != this.seal.start().sequence() + 1) {
			throw StoreException.missing();
		}
		return first;
	}

	private void requireSealedEnd() throws IOException {
		LogEnd end = this.seal.end();
		if (end.segment() == 0) {
			return;
		}
		Path file = this.files.get(end.segment());
		if (file == null) {
			throw this.activeExists ? StoreException.truncated() : StoreException.missing();
		}
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			if (channel.size() < end.offset()) {
				throw StoreException.truncated();
			}
			LogTail tail = LogTail.lastLine(channel, end.offset());
			if (!tail.endsWith(end.head(), this.codec) || tail.last(this.codec).filter(ReadLine::isSigned).isEmpty()) {
				damaged(end.head().sequence(), end.head().sequence(), StoreException.corrupted());
			}
		}
	}

	/**
	 * Checks that the files before the sealed one follow each other.
	 */
	private void requireEarlierFiles() throws IOException {
		long expected = this.seal.start().sequence() + 1;
		for (Map.Entry<Long, Path> file : this.files.headMap(this.seal.end().segment(), true).entrySet()) {
			if (file.getKey() > expected) {
				damaged(expected, file.getKey() - 1, StoreException.missing());
			}
			if (file.getKey() < this.seal.end().segment()) {
				expected = lastSequence(file.getValue()) + 1;
			}
		}
	}

	private long lastSequence(Path file) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			return LogTail.lastLine(channel, channel.size()).last(this.codec).map(ReadLine::sequence).orElse(0L);
		}
	}

	/**
	 * Damage among entries that the service has loses nothing.
	 */
	private void damaged(long from, long through, StoreException fault) {
		if (through > this.seal.synchronizedThrough()) {
			throw fault;
		}
		this.damages.add(from);
	}

	/**
	 * Goes on to the last entry of a file that holds.
	 */
	private LogEnd advance(long first, LogEnd from) throws IOException {
		long offset = (from.segment() == first) ? from.offset() : 0;
		Head head = from.head();
		try (FileChannel channel = PrivateFiles.openForReading(this.files.get(first))) {
			channel.position(offset);
			LineReader lines = new LineReader(Channels.newInputStream(channel), Long.MAX_VALUE);
			long end = offset;
			for (String text = lines.read(); text != null; text = lines.read()) {
				ReadLine line = this.codec.read(text).orElse(null);
				if (line == null || !comesAfter(head, line) || !lines.isTerminated()) {
					break;
				}
				requireKnownKey(line);
				this.recalled.line(line);
				head = line.head();
				end = offset + lines.consumed();
			}
			// A file is forced before another is begun.
			if (channel.size() > end && this.files.higherKey(first) != null) {
				throw StoreException.corrupted();
			}
			return head.equals(from.head()) ? from : new LogEnd(head, first, end);
		}
	}

	/**
	 * Whether a line is exactly the entry after another.
	 */
	private boolean comesAfter(Head last, ReadLine line) {
		return line.follows(last) && line.owner().equals(this.seal.grantId()) && line.isExact() && line.isWhole();
	}

	/**
	 * An entry that lacks nothing but the signature was not left by a crash: it is
	 * forged, or the bundle is older than the log.
	 */
	private static void requireKnownKey(ReadLine line) {
		if (!line.isSigned()) {
			throw StoreException.corrupted();
		}
	}

	/**
	 * Looks again at the entries since the oldest call that was under way.
	 */
	private void recall() throws IOException {
		long from = this.seal.checkpoint().oldestIntent();
		if (from == 0) {
			return;
		}
		// Files that the service has may be gone, the calls since then not over.
		Long segment = this.files.floorKey(from);
		NavigableMap<Long, Path> since = (segment != null) ? this.files.tailMap(segment, true) : this.files;
		try (FileLines lines = new FileLines((first) -> PrivateFiles.read(this.files.get(first)),
				since.headMap(this.seal.end().segment(), true).keySet(), this.seal.end().offset(), from)) {
			for (String line = lines.next(); line != null; line = lines.next()) {
				// What is damaged is found where it is verified.
				this.codec.read(line).ifPresent(this.recalled::line);
			}
		}
	}

}
