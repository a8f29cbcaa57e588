package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

import dev.grantex.gemma.audit.json.MalformedLineException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The file that the current bundle's log appends to, looked at before anybody does.
 */
final class ActiveFile {

	private static final Log logger = LogFactory.getLog(ActiveFile.class);

	private final SegmentNames names;

	ActiveFile(SegmentNames names) {
		this.names = names;
	}

	boolean exists() {
		return PrivateFiles.exists(this.names.active());
	}

	/**
	 * Adds the file to those of a chain, if it holds entries of that chain.
	 * @param end where the chain is known to have ended
	 */
	void addTo(NavigableMap<Long, Path> files, String grantId, LogEnd end) throws IOException {
		if (exists() && !isOthers(grantId, null)) {
			Long first = firstSequence(files, grantId, end).orElse(null);
			if (first != null && files.putIfAbsent(first, this.names.active()) != null) {
				throw AuditLogException.corrupted();
			}
		}
	}

	/**
	 * Whether the file holds entries of another grant, or is known to have held them.
	 * @param beside what the seal beside the file states, if there is one
	 */
	boolean isOthers(String grantId, @Nullable SealRecord beside) throws IOException {
		Optional<SignedAuditEntry> entry = anyEntry();
		if (entry.isPresent() || beside == null) {
			return entry.filter((any) -> !any.grantId().equals(grantId)).isPresent();
		}
		return exists() && !beside.grantId().equals(grantId) && isEndOf(beside);
	}

	/**
	 * Whether the file holds entries of a grant.
	 */
	boolean belongsTo(String grantId) throws IOException {
		return anyEntry().filter((entry) -> entry.grantId().equals(grantId)).isPresent();
	}

	/**
	 * Gives the file the closed name of its entries' grant, or moves it aside if it is
	 * too damaged to tell. Nothing is overwritten.
	 * @param beside what the seal of that grant's chain states, if it is known
	 */
	void closeOff(@Nullable SealRecord beside) throws IOException {
		String grantId = anyEntry().map(SignedAuditEntry::grantId)
			.orElseGet(() -> (beside != null) ? beside.grantId() : "");
		LogEnd end = (beside != null && beside.grantId().equals(grantId)) ? beside.end() : LogEnd.EMPTY;
		NavigableMap<Long, Path> files = this.names.closedFiles(grantId);
		Optional<Long> known = firstSequence(files, grantId, end);
		long sealed = files.containsKey(end.segment()) ? 0 : end.segment();
		long first = known.isPresent() ? known.get() : ((sealed > 0) ? sealed : inferredFirst());
		if (first <= 0) {
			moveAside("damaged", "was of another bundle and is too damaged to tell where it belongs");
			return;
		}
		Path closed = this.names.closed(grantId, first);
		if (PrivateFiles.exists(closed)) {
			throw AuditLogException.corrupted();
		}
		PrivateFiles.rename(this.names.active(), closed);
	}

	/**
	 * The first sequence number by the last entry: each has a line.
	 */
	private long inferredFirst() throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(this.names.active());
				LineReader lines = new LineReader(Channels.newInputStream(channel), Long.MAX_VALUE)) {
			long count = 0;
			while (lines.skip()) {
				count++;
			}
			LogTail tail = LogTail.lastLine(channel, channel.size());
			long torn = (tail.complete() < tail.size()) ? 1 : 0;
			return tail.lastEntry().map(SignedAuditEntry::seq).orElse(0L) - (count - torn) + 1;
		}
	}

	/**
	 * Moves the file aside if it is in the Python package's own form, which the service
	 * refuses: a chain that it takes cannot go on there.
	 */
	void moveAsideIfPython() throws IOException {
		if (isPython()) {
			moveAside("python",
					"is in the Python package's own form, which the service does not take; a new chain begins");
		}
	}

	/**
	 * Checks that nothing is passed over when a chain is taken over from another package:
	 * the file holds entries of the chain or of another, is in the Python package's form,
	 * or holds no complete line, and no more than a crash can leave.
	 * @throws AuditLogException if it holds anything else
	 */
	void requireKnownForm(String grantId) throws IOException {
		boolean unknown = anyEntry().isEmpty() ? !isTorn() && !isPython()
				: belongsTo(grantId) && firstEntry().isEmpty();
		if (unknown) {
			throw AuditLogException.corrupted();
		}
	}

	/**
	 * The first sequence number in the file. The first line may be damaged, so what the
	 * seal knows of the file comes first.
	 */
	private Optional<Long> firstSequence(NavigableMap<Long, Path> closed, String grantId, LogEnd end)
			throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(this.names.active())) {
			boolean sealed = end.segment() != 0 && !closed.containsKey(end.segment()) && channel.size() >= end.offset()
					&& LogTail.lastLine(channel, end.offset()).endsWith(end.head());
			// Another log may begin the file while this one looks at it.
			return sealed ? Optional.of(end.segment())
					: LogTail.firstEntry(channel)
						.filter((entry) -> entry.grantId().equals(grantId))
						.map(SignedAuditEntry::seq);
		}
	}

	/**
	 * Whether the file would be where a chain ended, had it not been damaged.
	 */
	private boolean isEndOf(SealRecord seal) throws IOException {
		long segment = seal.end().segment();
		return segment != 0 && Files.size(this.names.active()) > 0
				&& !this.names.closedFiles(seal.grantId()).containsKey(segment);
	}

	private boolean isTorn() throws IOException {
		return !exists() || (someLines().isEmpty() && Files.size(this.names.active()) <= LogTail.MAX_TORN);
	}

	private boolean isPython() throws IOException {
		return anyEntry().isEmpty() && someLines().stream().anyMatch(ActiveFile::isPython);
	}

	private static boolean isPython(String line) {
		try {
			return ChainForm.of(line) == PythonForm.INSTANCE;
		}
		catch (MalformedLineException ex) {
			return false;
		}
	}

	/**
	 * Complete lines at the beginning and the end.
	 */
	private List<String> someLines() throws IOException {
		if (!exists()) {
			return List.of();
		}
		try (FileChannel channel = PrivateFiles.openForReading(this.names.active())) {
			List<String> lines = new ArrayList<>(LogTail.known(channel).lines());
			LogTail.firstLine(channel).ifPresent(lines::add);
			return lines;
		}
	}

	private Optional<SignedAuditEntry> firstEntry() throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(this.names.active())) {
			return LogTail.firstEntry(channel);
		}
	}

	/**
	 * The first entry, or the last one if the first is damaged: it may name another grant
	 * by mistake.
	 */
	Optional<SignedAuditEntry> anyEntry() throws IOException {
		if (!exists()) {
			return Optional.empty();
		}
		Optional<SignedAuditEntry> first = firstEntry();
		if (first.filter(ActiveFile::isWhole).isPresent()) {
			return first;
		}
		try (FileChannel channel = PrivateFiles.openForReading(this.names.active())) {
			Optional<SignedAuditEntry> last = LogTail.known(channel).lastEntry();
			return (first.isEmpty() || last.filter(ActiveFile::isWhole).isPresent()) ? last : first;
		}
	}

	private static boolean isWhole(SignedAuditEntry entry) {
		return HashChain.computeHash(entry).equals(entry.hash());
	}

	private void moveAside(String why, String explanation) throws IOException {
		Path aside = SegmentNames.aside(this.names.active(), why);
		PrivateFiles.rename(this.names.active(), aside);
		logger.warn("The file at the audit log's place " + explanation + "; it was moved to " + aside.getFileName());
	}

}
