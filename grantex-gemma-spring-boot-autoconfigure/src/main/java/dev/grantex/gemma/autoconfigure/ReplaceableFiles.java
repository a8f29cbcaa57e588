package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells in the place of which files this process, and so whatever runs as its user, can
 * put something else: by writing the file, by replacing it, or by exchanging a directory
 * or link on the way to it.
 */
final class ReplaceableFiles {

	private static final int STICKY = 01000;

	private static final int MOST_LINKS = 40;

	private final String user = user();

	boolean include(Path file) {
		return canChange(file.toAbsolutePath(), new HashSet<>());
	}

	private boolean canChange(Path path, Set<Path> seen) {
		if (!seen.add(path) || seen.size() > MOST_LINKS) {
			return false;
		}
		if (Files.isWritable(path) || canMakeWritable(path)) {
			return true;
		}
		for (Path child = path,
				parent = path.getParent(); parent != null; child = parent, parent = parent.getParent()) {
			if (canReplace(child, parent) || (Files.isSymbolicLink(child) && canChange(target(child, path), seen))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * In a sticky directory, such as that for temporary files, everybody can replace only
	 * what is their own.
	 */
	private boolean canReplace(Path child, Path directory) {
		return canMakeWritable(directory)
				|| (Files.isWritable(directory) && (!isSticky(directory) || isOwn(child, LinkOption.NOFOLLOW_LINKS)));
	}

	/**
	 * The owner of a file can take the permission to write it.
	 */
	private boolean canMakeWritable(Path path) {
		try {
			return isOwn(path) && !Files.getFileStore(path).isReadOnly();
		}
		catch (IOException ex) {
			return false;
		}
	}

	private boolean isOwn(Path path, LinkOption... options) {
		return !this.user.isEmpty() && this.user.equals(owner(path, options));
	}

	private static boolean isSticky(Path directory) {
		try {
			return ((int) Files.getAttribute(directory, "unix:mode") & STICKY) != 0;
		}
		catch (IOException | UnsupportedOperationException | IllegalArgumentException ex) {
			return false;
		}
	}

	/**
	 * Where a path leads that goes through a link.
	 */
	private static Path target(Path link, Path path) {
		try {
			return link.resolveSibling(Files.readSymbolicLink(link)).resolve(link.relativize(path));
		}
		catch (IOException ex) {
			return path;
		}
	}

	private static String user() {
		// The only one who has a name here that owners are compared with, even without an
		// account.
		String user = owner(Path.of("/proc/self"));
		return !user.isEmpty() ? user : System.getProperty("user.name", "");
	}

	private static String owner(Path path, LinkOption... options) {
		try {
			return Files.getOwner(path, options).getName();
		}
		catch (IOException | UnsupportedOperationException ex) {
			return "";
		}
	}

}
