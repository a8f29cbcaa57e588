package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import dev.grantex.gemma.audit.json.MalformedLineException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what there is of a chain on disk, against what its seal states. Reads the
 * sealed entries' end and what comes after it, not the entries before, however many they
 * are. Changes nothing.
 */
final class ChainRecovery {

	private static final Log logger = LogFactory.getLog(ChainRecovery.class);

	private final SealRecord seal;

	private final ChainKeys keys;

	private final NavigableMap<Long, Path> files;

	private final boolean activeExists;

	private final boolean latest;

	private final List<LogDamage> damages = new ArrayList<>();

	private final OpenIntents intents = new OpenIntents();

	/**
	 * Creates a recovery.
	 * @param seal the latest statement about the chain
	 * @param keys the keys that may have signed its entries
	 * @param files the files that hold entries of the chain, by their first sequence
	 * number
	 * @param activeExists whether there is an active file, whatever it holds
	 * @param latest whether the statement is known to be the last one that was made
	 */
	ChainRecovery(SealRecord seal, ChainKeys keys, NavigableMap<Long, Path> files, boolean activeExists,
			boolean latest) {
		this.seal = seal;
		this.keys = keys;
		this.files = new TreeMap<>(files);
		this.activeExists = activeExists;
		this.latest = latest;
	}

	/**
	 * Finds the chain's end.
	 * @throws AuditLogException if entries that were forced are missing or damaged
	 */
	RecoveredChain run() throws IOException {
		requireSealedEnd();
		requireEarlierFiles();
		noteOpenIntents();
		LogEnd end = this.seal.end();
		Long file = (end.segment() != 0) ? (Long) end.segment() : firstAfterStart();
		while (file != null) {
			end = advance(file, end);
			Long next = this.files.higherKey(file);
			if (next != null && next != end.head().sequence() + 1) {
				throw AuditLogException.missing();
			}
			file = next;
		}
		if (this.seal.closed() && !end.head().equals(this.seal.end().head())) {
			reportForeign(end);
		}
		return new RecoveredChain(this.files, this.seal.start(), end, this.intents.all(), List.copyOf(this.damages));
	}

	/**
	 * This package appends nothing before the seal says that the log is open again:
	 * either the seal is an older copy, or another package, which knows no seal, has gone
	 * on.
	 */
	private void reportForeign(LogEnd end) {
		if (!this.latest) {
			throw AuditLogException.corrupted();
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
			throw AuditLogException.missing();
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
			throw this.activeExists ? AuditLogException.truncated() : AuditLogException.missing();
		}
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			if (channel.size() < end.offset()) {
				throw AuditLogException.truncated();
			}
			LogTail tail = LogTail.lastLine(channel, end.offset());
			boolean holds = tail.endsWith(end.head()) && tail.lastEntry().filter(this.keys::haveSigned).isPresent();
			if (!holds) {
				damaged(end.head().sequence(), end.head().sequence(), AuditLogException.corrupted());
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
				damaged(expected, file.getKey() - 1, AuditLogException.missing());
			}
			if (file.getKey() < this.seal.end().segment()) {
				expected = lastSequence(file.getValue()) + 1;
			}
		}
	}

	private long lastSequence(Path file) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			return LogTail.lastLine(channel, channel.size()).lastEntry().map(SignedAuditEntry::seq).orElse(0L);
		}
	}

	/**
	 * Damage among entries that the service has loses nothing.
	 */
	private void damaged(long from, long through, AuditLogException fault) {
		if (through > this.seal.synchronizedThrough()) {
			throw fault;
		}
		this.damages.add(new LogDamage(from, true));
	}

	/**
	 * Goes on to the last entry of a file that holds.
	 */
	private LogEnd advance(long first, LogEnd from) throws IOException {
		long offset = (from.segment() == first) ? from.offset() : 0;
		ChainHead head = from.head();
		try (FileChannel channel = PrivateFiles.openForReading(this.files.get(first))) {
			channel.position(offset);
			LineReader lines = new LineReader(Channels.newInputStream(channel), Long.MAX_VALUE);
			long end = offset;
			for (String line = lines.read(); line != null; line = lines.read()) {
				SignedAuditEntry entry = next(line, head);
				if (entry == null || !lines.isTerminated()) {
					break;
				}
				requireKnownKey(entry);
				this.intents.note(entry);
				head = ChainHead.of(entry);
				end = offset + lines.consumed();
			}
			// A file is forced before another is begun.
			if (channel.size() > end && this.files.higherKey(first) != null) {
				throw AuditLogException.corrupted();
			}
			return head.equals(from.head()) ? from : new LogEnd(head, first, end);
		}
	}

	/**
	 * A line as the entry after another, or null if it is not exactly that.
	 */
	private @Nullable SignedAuditEntry next(String line, ChainHead last) {
		try {
			SignedAuditEntry entry = WireForm.parse(line);
			boolean follows = entry.seq() == last.sequence() + 1 && entry.prevHash().equals(last.hash())
					&& entry.grantId().equals(this.seal.grantId());
			boolean whole = entry.toJson().equals(line) && HashChain.computeHash(entry).equals(entry.hash());
			return (follows && whole) ? entry : null;
		}
		catch (MalformedLineException ex) {
			return null;
		}
	}

	/**
	 * An entry that lacks nothing but the signature was not left by a crash: it is
	 * forged, or the bundle is older than the log.
	 */
	private void requireKnownKey(SignedAuditEntry entry) {
		if (!this.keys.haveSigned(entry)) {
			throw AuditLogException.corrupted();
		}
	}

	/**
	 * Looks again at the entries since the oldest call that was under way.
	 */
	private void noteOpenIntents() throws IOException {
		long from = this.seal.openIntent();
		if (from == 0) {
			return;
		}
		// Files that the service has may be gone, the calls since then not over.
		Long segment = this.files.floorKey(from);
		NavigableMap<Long, Path> since = (segment != null) ? this.files.tailMap(segment, true) : this.files;
		List<Long> segments = List.copyOf(since.headMap(this.seal.end().segment(), true).keySet());
		try (SegmentLines lines = new SegmentLines((first) -> PrivateFiles.read(this.files.get(first)), segments,
				this.seal.end().offset(), from)) {
			while (lines.hasNext()) {
				note(lines.next());
			}
		}
	}

	private void note(String line) {
		try {
			this.intents.note(WireForm.parse(line));
		}
		catch (MalformedLineException ex) {
			// What is damaged is found where it is verified.
		}
	}

}
