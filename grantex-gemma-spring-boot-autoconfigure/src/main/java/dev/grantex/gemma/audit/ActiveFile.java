package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * The file that the current bundle's log appends to, looked at before anybody does.
 */
final class ActiveFile {

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
		if (exists() && !isOthers(grantId)) {
			Long first = firstSequence(files, end).orElse(null);
			if (first != null && files.putIfAbsent(first, this.names.active()) != null) {
				throw AuditLogException.corrupted();
			}
		}
	}

	/**
	 * Whether the file holds entries of another grant.
	 */
	boolean isOthers(String grantId) throws IOException {
		return anyEntry().filter((entry) -> !entry.grantId().equals(grantId)).isPresent();
	}

	/**
	 * Whether the file holds entries of a grant.
	 */
	boolean belongsTo(String grantId) throws IOException {
		return anyEntry().filter((entry) -> entry.grantId().equals(grantId)).isPresent();
	}

	/**
	 * Gives the file the closed name of its entries' grant. Nothing is overwritten.
	 * @param end where that grant's chain is known to have ended
	 */
	void closeOff(LogEnd end) throws IOException {
		String grantId = anyEntry().orElseThrow(AuditLogException::corrupted).grantId();
		long first = firstSequence(this.names.closedFiles(grantId), end).orElseThrow(AuditLogException::corrupted);
		Path closed = this.names.closed(grantId, first);
		if (PrivateFiles.exists(closed)) {
			throw AuditLogException.corrupted();
		}
		PrivateFiles.rename(this.names.active(), closed);
	}

	/**
	 * The first sequence number in the file. The first line may be damaged, so what the
	 * seal knows of the file comes first.
	 */
	private Optional<Long> firstSequence(NavigableMap<Long, Path> closed, LogEnd end) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(this.names.active())) {
			boolean sealed = end.segment() != 0 && !closed.containsKey(end.segment()) && channel.size() >= end.offset()
					&& LogTail.lastLine(channel, end.offset()).endsWith(end.head());
			return sealed ? Optional.of(end.segment()) : LogTail.firstEntry(channel).map(SignedAuditEntry::seq);
		}
	}

	/**
	 * The first entry, or the last one if the first is damaged: it may name another grant
	 * by mistake.
	 */
	private Optional<SignedAuditEntry> anyEntry() throws IOException {
		if (!exists()) {
			return Optional.empty();
		}
		try (FileChannel channel = PrivateFiles.openForReading(this.names.active())) {
			Optional<SignedAuditEntry> first = LogTail.firstEntry(channel);
			if (first.filter(ActiveFile::isWhole).isPresent()) {
				return first;
			}
			Optional<SignedAuditEntry> last = LogTail.lastLine(channel, channel.size()).lastEntry();
			return (first.isEmpty() || last.filter(ActiveFile::isWhole).isPresent()) ? last : first;
		}
	}

	private static boolean isWhole(SignedAuditEntry entry) {
		return HashChain.computeHash(entry).equals(entry.hash());
	}

}
