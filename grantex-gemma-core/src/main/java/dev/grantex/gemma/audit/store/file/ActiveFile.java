package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The file that the current bundle's log appends to, looked at before anybody does.
 */
record ActiveFile(SegmentNames names, ChainCodec codec) {

	private static final Log logger = LogFactory.getLog(ActiveFile.class);

	private Path path() {
		return this.names.active();
	}

	boolean exists() {
		return PrivateFiles.exists(path());
	}

	/**
	 * Adds the file to those of a chain, if it holds lines of that chain.
	 * @param end where the chain is known to have ended
	 */
	void addTo(NavigableMap<Long, Path> files, String owner, LogEnd end) throws IOException {
		if (exists() && !isOthers(owner, null)) {
			Long first = firstSequence(files, owner, end).orElse(null);
			if (first != null && files.putIfAbsent(first, path()) != null) {
				throw StoreException.corrupted();
			}
		}
	}

	/**
	 * Whether the file holds lines of another owner, or is known to have held them.
	 * @param beside what the seal beside the file states, if there is one
	 */
	boolean isOthers(String owner, @Nullable SealRecord beside) throws IOException {
		Optional<String> named = owner();
		if (named.isPresent() || beside == null) {
			return named.filter((name) -> !name.equals(owner)).isPresent();
		}
		return exists() && !beside.grantId().equals(owner) && isEndOf(beside);
	}

	boolean belongsTo(String owner) throws IOException {
		return owner().filter(owner::equals).isPresent();
	}

	/**
	 * Whose lines the file holds. The first line tells, or the last one if the first is
	 * damaged: it may name another by mistake.
	 */
	Optional<String> owner() throws IOException {
		if (!exists()) {
			return Optional.empty();
		}
		Optional<ReadLine> first = LogTail.first(path(), this.codec);
		if (first.filter(ReadLine::isWhole).isPresent()) {
			return first.map(ReadLine::owner);
		}
		try (FileChannel channel = PrivateFiles.openForReading(path())) {
			Optional<ReadLine> last = LogTail.known(channel).last(this.codec);
			return ((first.isEmpty() || last.filter(ReadLine::isWhole).isPresent()) ? last : first)
				.map(ReadLine::owner);
		}
	}

	/**
	 * Gives the file the closed name of its owner's chain, or moves it aside if it is too
	 * damaged to tell. Nothing is overwritten.
	 * @param beside what the seal of that chain states, if it is known
	 */
	void closeOff(@Nullable SealRecord beside) throws IOException {
		String owner = owner().orElseGet(() -> (beside != null) ? beside.grantId() : "");
		LogEnd end = (beside != null && beside.grantId().equals(owner)) ? beside.end() : LogEnd.EMPTY;
		NavigableMap<Long, Path> files = this.names.closedFiles(owner);
		Optional<Long> known = firstSequence(files, owner, end);
		long sealed = files.containsKey(end.segment()) ? 0 : end.segment();
		long first = known.isPresent() ? known.get() : ((sealed > 0) ? sealed : inferredFirst());
		if (first <= 0) {
			moveAside("damaged", "was of another bundle and is too damaged to tell where it belongs");
			return;
		}
		Path closed = this.names.closed(owner, first);
		if (PrivateFiles.exists(closed)) {
			throw StoreException.corrupted();
		}
		PrivateFiles.rename(path(), closed);
	}

	/**
	 * The first sequence number by the last entry: each has a line.
	 */
	private long inferredFirst() throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(path());
				LineReader lines = new LineReader(Channels.newInputStream(channel), Long.MAX_VALUE)) {
			long count = 0;
			while (lines.skip()) {
				count++;
			}
			LogTail tail = LogTail.lastLine(channel, channel.size());
			long torn = (tail.complete() < tail.size()) ? 1 : 0;
			return tail.last(this.codec).map(ReadLine::sequence).orElse(0L) - (count - torn) + 1;
		}
	}

	/**
	 * Moves the file aside if it is in a form that the service refuses: a chain that it
	 * takes cannot go on there.
	 */
	void moveAsideIfForeign() throws IOException {
		if (isForeign()) {
			moveAside("python",
					"is in the Python package's own form, which the service does not take; a new chain begins");
		}
	}

	/**
	 * Checks that nothing is passed over when a chain is taken over from another package:
	 * the file holds lines of the chain or of another, is in a foreign form, or holds no
	 * complete line, and no more than a crash can leave.
	 * @throws StoreException if it holds anything else
	 */
	void requireKnownForm(String owner) throws IOException {
		boolean unknown = owner().isEmpty() ? !isTorn() && !isForeign()
				: belongsTo(owner) && LogTail.first(path(), this.codec).isEmpty();
		if (unknown) {
			throw StoreException.corrupted();
		}
	}

	/**
	 * The first sequence number in the file. The first line may be damaged, so what the
	 * seal knows of the file comes first.
	 */
	private Optional<Long> firstSequence(NavigableMap<Long, Path> closed, String owner, LogEnd end) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(path())) {
			boolean sealed = end.segment() != 0 && !closed.containsKey(end.segment()) && channel.size() >= end.offset()
					&& LogTail.lastLine(channel, end.offset()).endsWith(end.head(), this.codec);
			if (sealed) {
				return Optional.of(end.segment());
			}
			// Another log may begin the file while this one looks at it.
			Optional<ReadLine> first = LogTail.firstLine(channel).flatMap(this.codec::read);
			return first.filter((line) -> line.owner().equals(owner)).map(ReadLine::sequence);
		}
	}

	/**
	 * Whether the file would be where a chain ended, had it not been damaged.
	 */
	private boolean isEndOf(SealRecord seal) throws IOException {
		long segment = seal.end().segment();
		return segment != 0 && Files.size(path()) > 0 && !this.names.closedFiles(seal.grantId()).containsKey(segment);
	}

	private boolean isTorn() throws IOException {
		return !exists() || (someLines().isEmpty() && Files.size(path()) <= LogTail.MAX_TORN);
	}

	private boolean isForeign() throws IOException {
		return owner().isEmpty() && someLines().stream().anyMatch(this.codec::isForeign);
	}

	/**
	 * Complete lines at the beginning and the end.
	 */
	private List<String> someLines() throws IOException {
		if (!exists()) {
			return List.of();
		}
		try (FileChannel channel = PrivateFiles.openForReading(path())) {
			List<String> lines = new ArrayList<>(LogTail.known(channel).lines());
			LogTail.firstLine(channel).ifPresent(lines::add);
			return lines;
		}
	}

	private void moveAside(String why, String explanation) throws IOException {
		Path aside = SegmentNames.aside(path(), why);
		PrivateFiles.rename(path(), aside);
		logger.warn("The file at the audit log's place " + explanation + "; it was moved to " + aside.getFileName());
	}

}
