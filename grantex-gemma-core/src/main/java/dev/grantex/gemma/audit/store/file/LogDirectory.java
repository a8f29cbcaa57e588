package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files beside a log as they are at a moment: closed ones by the chains they belong
 * to, and how much everything holds that counts for the log's total size. Seals and locks
 * do not: their size is fixed.
 */
final class LogDirectory {

	/** What was moved aside, for whatever reason. */
	static final String ASIDE = "(?:\\.[a-z]+-[0-9]+)?";

	private final SegmentNames names;

	private final Pattern closed;

	private final Pattern counted;

	private final Pattern seal;

	private final SortedMap<String, NavigableMap<Long, Path>> chains = new TreeMap<>();

	private final Map<Path, Long> lengths = new HashMap<>();

	private LogDirectory(SegmentNames names) {
		this.names = names;
		String stem = Pattern.quote(names.stem());
		String file = "(" + stem + "-.+)-([0-9]{12,18})" + Pattern.quote(names.extension());
		this.closed = Pattern.compile(file);
		this.seal = Pattern.compile("(" + stem + "-.+)\\.seal");
		this.counted = Pattern.compile(file + ASIDE + "|" + Pattern.quote(names.stem() + names.extension()) + ASIDE
				+ "|" + stem + "(?:-.+)?\\.seal\\.former-[0-9]+");
	}

	static LogDirectory read(SegmentNames names) throws IOException {
		LogDirectory read = new LogDirectory(names);
		for (Path file : names.matching((name) -> true)) {
			read.add(file, String.valueOf(file.getFileName()));
		}
		return read;
	}

	/**
	 * What the names of the chains' closed files begin with.
	 */
	NavigableSet<String> chains() {
		return new TreeMap<>(this.chains).navigableKeySet();
	}

	NavigableMap<Long, Path> closed(String chain) {
		return new TreeMap<>(this.chains.getOrDefault(chain, Collections.emptyNavigableMap()));
	}

	void forget(Path file) {
		this.lengths.remove(file);
	}

	/**
	 * How many bytes there are beside the files of a chain.
	 * @param chain what the names of its closed files begin with
	 * @param start the last sequence number of which it keeps no file
	 * @param active whether it has the active file
	 */
	long lengthBeside(String chain, long start, boolean active) {
		Map<Path, Long> others = new HashMap<>(this.lengths);
		others.keySet().removeAll(closed(chain).tailMap(start, false).values());
		if (active) {
			others.remove(this.names.active());
		}
		return others.values().stream().mapToLong(Long::longValue).sum();
	}

	private void add(Path file, String name) throws IOException {
		Matcher segment = this.closed.matcher(name);
		if (segment.matches()) {
			chain(segment.group(1)).put(Long.parseLong(segment.group(2)), file);
		}
		Matcher seal = this.seal.matcher(name);
		if (seal.matches()) {
			chain(seal.group(1));
		}
		if (this.counted.matcher(name).matches()) {
			count(file);
		}
	}

	private NavigableMap<Long, Path> chain(String name) {
		return this.chains.computeIfAbsent(name, (added) -> new TreeMap<>());
	}

	private void count(Path file) throws IOException {
		try {
			BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class,
					LinkOption.NOFOLLOW_LINKS);
			if (attributes.isRegularFile()) {
				this.lengths.put(file, attributes.size());
			}
		}
		catch (NoSuchFileException ex) {
			// It was renamed or deleted meanwhile.
		}
	}

}
