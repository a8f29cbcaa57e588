package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The files of a chain that nothing is appended to any more, by their first sequence
 * number.
 * <p>
 * Not safe for use by several threads at once.
 */
final class ClosedFiles {

	private final NavigableMap<Long, Closed> files = new TreeMap<>();

	private long length;

	/**
	 * One of the files.
	 *
	 * @param path where it is
	 * @param first the sequence number of its first entry
	 * @param last the sequence number of its last entry
	 * @param length how many bytes it has
	 * @param identity what tells it from another that gets its name, or null where the
	 * file system cannot tell
	 * @param lastHash the hash of its last entry, or null if it was found damaged there
	 */
	record ClosedFile(Path path, long first, long last, long length, @Nullable Object identity,
			@Nullable String lastHash) {
	}

	private record Closed(Path path, long length, @Nullable Object identity, @Nullable String lastHash) {
	}

	/**
	 * Adds files that were found on disk.
	 */
	void addAll(Map<Long, Path> found) throws IOException {
		for (Map.Entry<Long, Path> file : found.entrySet()) {
			Path path = file.getValue();
			String lastHash = RetentionPeriod.lastEntry(path).map(SignedAuditEntry::hash).orElse(null);
			add(file.getKey(), new Closed(path, Files.size(path), PrivateFiles.identity(path), lastHash));
		}
	}

	/**
	 * Adds a file that was just closed.
	 * @param end its last entry
	 */
	void add(long first, AppendFile file, ChainHead end) {
		add(first, new Closed(file.path(), file.acknowledged(), file.placed().identity(), end.hash()));
	}

	private void add(long first, Closed file) {
		this.files.put(first, file);
		this.length += file.length();
	}

	/**
	 * Takes note that a copy of a file is in its place.
	 */
	void replaced(long first, @Nullable Object identity) {
		this.files.computeIfPresent(first,
				(key, file) -> new Closed(file.path(), file.length(), identity, file.lastHash()));
	}

	/**
	 * Forgets the files that end with or before an entry.
	 */
	void forget(long through) {
		NavigableMap<Long, Closed> forgotten = this.files.headMap(through, true);
		this.length -= forgotten.values().stream().mapToLong(Closed::length).sum();
		forgotten.clear();
	}

	/**
	 * Where the file is that begins with an entry, or null if there is none.
	 */
	@Nullable Path path(long first) {
		Closed file = this.files.get(first);
		return (file != null) ? file.path() : null;
	}

	/**
	 * How many bytes the files have.
	 */
	long length() {
		return this.length;
	}

	NavigableSet<Long> firstSequences() {
		return this.files.navigableKeySet();
	}

	/**
	 * The files in order.
	 * @param end the last sequence number in the last of them
	 */
	List<ClosedFile> all(long end) {
		List<ClosedFile> all = new ArrayList<>();
		this.files.forEach((first, file) -> {
			Long next = this.files.higherKey(first);
			all.add(new ClosedFile(file.path(), first, (next != null) ? next - 1 : end, file.length(), file.identity(),
					file.lastHash()));
		});
		return all;
	}

}
