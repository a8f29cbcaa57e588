package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What a group may write of this application's files: those whose names begin as a given
 * one's does, its directory, and what was archived there. It is told of and not refused,
 * because volumes are often mounted so. Safe for use by several threads.
 */
public final class GroupWritableFiles {

	private static final Log logger = LogFactory.getLog(GroupWritableFiles.class);

	private static final String ARCHIVE = "archive";

	private static final int MAX_NAMED = 5;

	private final Path directory;

	private final String stem;

	/**
	 * What was told of by directory. Process-wide: several parts of an application look
	 * at the same files.
	 */
	private static final Map<Path, Set<String>> TOLD = new ConcurrentHashMap<>();

	/**
	 * Nothing is looked at yet.
	 * @param file the file whose name others begin with
	 */
	public GroupWritableFiles(Path file) {
		Path absolute = file.toAbsolutePath();
		this.directory = Objects.requireNonNull(absolute.getParent(), "directory");
		String name = String.valueOf(absolute.getFileName());
		int dot = name.lastIndexOf('.');
		this.stem = (dot > 0) ? name.substring(0, dot) : name;
	}

	/**
	 * Looks at the files. What cannot be looked at is left out.
	 * @return the names of those that a group may write, relative to the directory, which
	 * is {@code .} itself
	 */
	public Set<String> find() {
		Set<String> found = new TreeSet<>();
		if (UnixStatus.isKnownIn(this.directory.getFileSystem())) {
			add(this.directory, found);
			addAll(this.directory, this.stem, found);
			Path archive = this.directory.resolve(ARCHIVE);
			for (Path archived : list(archive, "")) {
				add(archived, found);
				addAll(archived, "", found);
			}
		}
		return found;
	}

	/**
	 * Looks at the files, and warns of those that a group may write when there are some
	 * of which nobody has warned.
	 */
	public void warn() {
		Set<String> found = find();
		Set<String> untold = new TreeSet<>(found);
		TOLD.compute(this.directory, (directory, told) -> {
			Set<String> telling = new TreeSet<>((told != null) ? told : Set.of());
			untold.removeAll(telling);
			telling.removeIf(this::isLookedAt);
			telling.addAll(found);
			return telling.isEmpty() ? null : telling;
		});
		if (!untold.isEmpty()) {
			logger.warn(warning(found));
		}
	}

	private boolean isLookedAt(String name) {
		return name.equals(".") || name.startsWith(this.stem) || name.startsWith(ARCHIVE);
	}

	/**
	 * What to tell of files that a group may write, and what to do.
	 */
	public static String warning(Set<String> found) {
		String names = String.join(", ", found.stream().limit(MAX_NAMED).toList());
		String others = (found.size() > MAX_NAMED) ? " and " + (found.size() - MAX_NAMED) + " others" : "";
		return "A group, or anybody, may write files of this application, or their directory (" + names + others
				+ "): whoever may can replace them. Run chmod go-w on them; on Kubernetes, keep them in a "
				+ "subdirectory of the volume and set fsGroupChangePolicy: OnRootMismatch";
	}

	private void addAll(Path directory, String prefix, Set<String> found) {
		list(directory, prefix).forEach((file) -> add(file, found));
	}

	private void add(Path path, Set<String> found) {
		try {
			boolean link = !path.equals(this.directory) && Files.isSymbolicLink(path);
			if (!link && UnixStatus.of(path).isWritableByGroup()) {
				String name = this.directory.relativize(path).toString();
				found.add(name.isEmpty() ? "." : name);
			}
		}
		catch (IOException ex) {
			// It is gone by now, or not there yet.
		}
	}

	private static Set<Path> list(Path directory, String prefix) {
		Set<Path> files = new TreeSet<>();
		try (DirectoryStream<Path> all = Files.newDirectoryStream(directory,
				(file) -> String.valueOf(file.getFileName()).startsWith(prefix))) {
			all.forEach(files::add);
		}
		catch (IOException ex) {
			// There is none, or it cannot be read.
		}
		return files;
	}

}
