package dev.grantex.gemma.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The files of one chain: those that are closed, by their first sequence number, and the
 * one that is appended to.
 * <p>
 * Not safe for use by several threads at once.
 */
final class LogFiles implements Closeable {

	/** What is written at once, so that memory stays bounded. */
	private static final int MAX_GROUP = 1024 * 1024;

	/** How much may be acknowledged without being forced. */
	private static final long MAX_UNFORCED = 4 * 1024 * 1024;

	private final SegmentNames names;

	private final String grantId;

	private final LogSettings settings;

	private final NavigableMap<Long, Path> closed;

	private @Nullable AppendFile current;

	/** The first sequence number in the current file, 0 as long as it is empty. */
	private long currentFirst;

	private boolean retired;

	private LogEnd end;

	private LogFiles(SegmentNames names, String grantId, LogSettings settings, RecoveredChain found, boolean retired) {
		this.names = names;
		this.settings = settings;
		this.grantId = grantId;
		this.closed = new TreeMap<>(found.files());
		this.end = found.end();
		this.retired = retired;
	}

	/**
	 * Opens the files of a chain for appending where it was found to end.
	 * @param sealed up to where the chain was forced for sure
	 */
	static LogFiles open(SegmentNames names, String grantId, LogSettings settings, RecoveredChain found, LogEnd sealed,
			boolean retired) throws IOException {
		LogFiles files = new LogFiles(names, grantId, settings, found, retired);
		Path active = names.active();
		Map.Entry<Long, Path> last = files.closed.lastEntry();
		if (last != null && (retired || active.equals(last.getValue()))) {
			files.closed.remove(last.getKey());
			files.current = AppendFile.open(last.getValue(), (sealed.segment() == last.getKey()) ? sealed.offset() : 0);
			files.currentFirst = last.getKey();
		}
		else if (!retired) {
			files.current = AppendFile.open(active, 0);
		}
		return files;
	}

	/**
	 * Where the chain ends, as far as it was acknowledged.
	 */
	LogEnd end() {
		return this.end;
	}

	/**
	 * How many bytes can be written at once.
	 * @param first the length of the next line, for which a file always has room
	 */
	long room(int first) {
		AppendFile file = this.current;
		long size = (file == null || isFullFor(first)) ? 0 : file.acknowledged();
		long left = this.settings.maxSize() - size;
		return this.settings.rotateOnSize() ? Math.min(left, MAX_GROUP) : MAX_GROUP;
	}

	/**
	 * Writes entries, which are acknowledged then.
	 * @param group signed entries that follow each other and have room
	 * @return where the chain ends now
	 * @throws IOException if they may not have been written, or not been forced
	 */
	LogEnd write(List<PendingEntry> group) throws IOException {
		PendingEntry first = group.get(0);
		if (isFullFor(first.line().length)) {
			rotate();
		}
		AppendFile file = (this.current != null) ? this.current : begin(first.head().sequence());
		if (file.unforced() > MAX_UNFORCED) {
			file.force();
		}
		file.append(lines(group), mustForce(group));
		if (this.currentFirst == 0) {
			this.currentFirst = first.head().sequence();
		}
		this.end = new LogEnd(group.get(group.size() - 1).head(), this.currentFirst, file.acknowledged());
		return this.end;
	}

	private boolean isFullFor(int length) {
		return this.settings.rotateOnSize() && this.current != null && this.currentFirst != 0
				&& this.current.acknowledged() + length > this.settings.maxSize();
	}

	private boolean mustForce(List<PendingEntry> group) {
		return this.settings.durability() == Durability.FSYNC
				|| group.stream().anyMatch((entry) -> entry.draft().kind() == EntryKind.INTENT);
	}

	private static byte[] lines(List<PendingEntry> group) {
		ByteArrayOutputStream lines = new ByteArrayOutputStream();
		group.forEach((entry) -> lines.writeBytes(entry.line()));
		return lines.toByteArray();
	}

	private AppendFile begin(long firstSequence) throws IOException {
		Path path = this.retired ? this.names.closed(this.grantId, firstSequence) : this.names.active();
		AppendFile file = AppendFile.open(path, Long.MAX_VALUE);
		if (file.acknowledged() > 0) {
			file.close();
			throw AuditLogException.missing();
		}
		this.current = file;
		return file;
	}

	/**
	 * Closes the current file; the next entry begins another.
	 */
	void rotate() throws IOException {
		AppendFile file = this.current;
		if (file == null || this.currentFirst == 0) {
			return;
		}
		file.force();
		file.renameTo(this.names.closed(this.grantId, this.currentFirst));
		this.closed.put(this.currentFirst, file.path());
		this.current = null;
		this.currentFirst = 0;
		file.close();
	}

	/**
	 * Gives up the active name. Entries that still come go on in the same file under its
	 * closed name.
	 */
	void retire() throws IOException {
		AppendFile file = this.current;
		if (!this.retired && file != null) {
			if (this.currentFirst != 0) {
				file.renameTo(this.names.closed(this.grantId, this.currentFirst));
			}
			else {
				file.close();
				this.current = null;
			}
		}
		this.retired = true;
	}

	/**
	 * How many bytes were acknowledged without being forced.
	 */
	long unforced() {
		return (this.current != null) ? this.current.unforced() : 0;
	}

	void force() throws IOException {
		if (this.current != null) {
			this.current.force();
		}
	}

	/**
	 * Whether the last write may be incomplete.
	 */
	boolean isFailed() {
		return this.current != null && this.current.isFailed();
	}

	/**
	 * Makes the current file hold what was acknowledged, and checks that it ends there as
	 * it should.
	 * @throws IOException if that is not possible now
	 * @throws AuditLogException if the file is damaged, or gone
	 */
	void recover() throws IOException {
		AppendFile file = this.current;
		if (file == null || !file.isFailed()) {
			return;
		}
		file.recover();
		LogTail tail = LogTail.lastLine(file.channel(), file.acknowledged());
		boolean holds = (this.currentFirst == 0) ? file.acknowledged() == 0 : tail.endsWith(this.end.head());
		if (!holds) {
			throw AuditLogException.corrupted();
		}
		file.recovered();
	}

	/**
	 * The first sequence numbers of all files that hold entries, in order.
	 */
	List<Long> firstSequences() {
		NavigableMap<Long, Path> all = new TreeMap<>(this.closed);
		if (this.current != null && this.currentFirst != 0) {
			all.put(this.currentFirst, this.current.path());
		}
		return List.copyOf(all.keySet());
	}

	/**
	 * The closed files by their first sequence numbers.
	 */
	NavigableMap<Long, Path> closed() {
		return new TreeMap<>(this.closed);
	}

	/**
	 * Forgets a closed file that was deleted.
	 */
	void forget(long firstSequence) {
		this.closed.remove(firstSequence);
	}

	/**
	 * How many bytes of the last file were acknowledged; all of it if it is closed.
	 */
	long acknowledged() {
		return (this.current != null && this.currentFirst != 0) ? this.current.acknowledged() : Long.MAX_VALUE;
	}

	/**
	 * Opens the file that begins with an entry for reading.
	 */
	InputStream read(long firstSequence) throws IOException {
		Path file = (this.current != null && this.currentFirst == firstSequence) ? this.current.path()
				: this.closed.get(firstSequence);
		if (file == null || !PrivateFiles.exists(file)) {
			throw AuditLogException.missing();
		}
		return PrivateFiles.read(file);
	}

	@Override
	public void close() throws IOException {
		if (this.current != null) {
			this.current.close();
		}
	}

}
