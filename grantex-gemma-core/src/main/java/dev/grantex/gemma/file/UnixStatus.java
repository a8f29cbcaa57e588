package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a Unix file system tells of a file.
 *
 * @param mode its type and permissions
 * @param owner the number of the user it belongs to
 * @param links how many names it has
 * @param device the number of the file system it is on
 */
record UnixStatus(int mode, int owner, int links, long device) {

	private static final int WRITABLE_BY_OTHERS = 0002;

	private static final int WRITABLE_BY_GROUP = 0020;

	private static final int ANYTHING_BY_OTHERS = 0077;

	static boolean isKnownIn(FileSystem fileSystem) {
		return fileSystem.supportedFileAttributeViews().contains("unix");
	}

	static UnixStatus of(Path path, LinkOption... options) throws IOException {
		Map<String, Object> status = Files.readAttributes(path, "unix:mode,uid,nlink,dev", options);
		return new UnixStatus(number(status, "mode").intValue(), number(status, "uid").intValue(),
				number(status, "nlink").intValue(), number(status, "dev").longValue());
	}

	boolean isWritableByOthers() {
		return (this.mode & WRITABLE_BY_OTHERS) != 0;
	}

	boolean isWritableByGroup() {
		return (this.mode & WRITABLE_BY_GROUP) != 0;
	}

	boolean isOwnerOnly() {
		return (this.mode & ANYTHING_BY_OTHERS) == 0;
	}

	private static Number number(Map<String, Object> status, String name) throws IOException {
		if (status.get(name) instanceof Number number) {
			return number;
		}
		throw new IOException("A file could not be inspected");
	}

}
