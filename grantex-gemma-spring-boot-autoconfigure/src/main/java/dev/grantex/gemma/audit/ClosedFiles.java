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
	 */
	record ClosedFile(Path path, long first, long last, long length) {
	}

	private record Closed(Path path, long length) {
	}

	/**
	 * Adds files that were found on disk.
	 */
	void addAll(Map<Long, Path> found) throws IOException {
		for (Map.Entry<Long, Path> file : found.entrySet()) {
			add(file.getKey(), file.getValue(), Files.size(file.getValue()));
		}
	}

	void add(long first, Path path, long length) {
		this.files.put(first, new Closed(path, length));
		this.length += length;
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
			all.add(new ClosedFile(file.path(), first, (next != null) ? next - 1 : end, file.length()));
		});
		return all;
	}

}
