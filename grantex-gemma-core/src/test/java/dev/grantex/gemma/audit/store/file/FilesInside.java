package dev.grantex.gemma.audit.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * What tests of a log see of the files that hold it.
 */
public final class FilesInside {

	/** How much a crash leaves at most after the last line. */
	public static final long MAX_TORN = LogTail.MAX_TORN;

	private FilesInside() {
	}

	/**
	 * What a seal states.
	 */
	public static SealRecord statement(Path seal) {
		return new SealFile(seal).latest().orElseThrow();
	}

	/**
	 * The first sequence numbers of the closed files of an owner's chain.
	 */
	public static List<Long> closedFiles(Path file, String owner) throws IOException {
		return List.copyOf(new SegmentNames(file).closedFiles(owner).keySet());
	}

	/**
	 * How many bytes there are beside the files of a chain without any.
	 */
	public static long lengthBeside(Path file) throws IOException {
		return LogDirectory.read(new SegmentNames(file)).lengthBeside("audit-x", 0, true);
	}

	/**
	 * Why there is no room on a disk, or null if there is.
	 */
	public static @Nullable Fault diskFault(Path directory) {
		StoreException fault = new LogRoom.Disk(directory).fault();
		return (fault != null) ? fault.fault() : null;
	}

	/**
	 * The locks of a current chain.
	 */
	public static Locks locks(Path file, String owner) throws IOException {
		return new Locks(LogLocks.acquire(new SegmentNames(file), owner, false));
	}

	/**
	 * Locks that are held.
	 *
	 * @param held the locks
	 */
	public record Locks(LogLocks held) implements Closeable {

		public void take(Path file) throws IOException {
			this.held.take(file);
		}

		@Override
		public void close() throws IOException {
			this.held.close();
		}

	}

}
