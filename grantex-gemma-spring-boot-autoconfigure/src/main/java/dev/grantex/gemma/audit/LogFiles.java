package dev.grantex.gemma.audit;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ClosedFiles.ClosedFile;

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

	private final ClosedFiles closed = new ClosedFiles();

	/** The last entry that is no longer kept. */
	private ChainHead start;

	private @Nullable AppendFile current;

	/** The first sequence number in the current file, 0 as long as it is empty. */
	private long currentFirst;

	private boolean retired;

	private LogEnd end;

	private LogFiles(SegmentNames names, String grantId, LogSettings settings, RecoveredChain found, boolean retired) {
		this.names = names;
		this.settings = settings;
		this.grantId = grantId;
		this.start = found.start();
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
		NavigableMap<Long, Path> closed = new TreeMap<>(found.files());
		Map.Entry<Long, Path> last = closed.lastEntry();
		if (last != null && (retired || active.equals(last.getValue()))) {
			closed.remove(last.getKey());
			files.current = AppendFile.open(last.getValue(), (sealed.segment() == last.getKey()) ? sealed.offset() : 0);
			files.currentFirst = last.getKey();
		}
		else if (!retired) {
			files.current = AppendFile.open(active, 0);
		}
		files.closed.addAll(closed);
		return files;
	}

	/**
	 * How much the files hold, as far as it was acknowledged.
	 */
	LogSize size() {
		long current = (this.current != null) ? this.current.acknowledged() : 0;
		return new LogSize(current, current + this.closed.length());
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
	 * @return whether there was one with entries
	 */
	boolean rotate() throws IOException {
		AppendFile file = this.current;
		if (file == null || this.currentFirst == 0) {
			return false;
		}
		file.force();
		file.renameTo(this.names.closed(this.grantId, this.currentFirst));
		this.closed.add(this.currentFirst, file.path(), file.acknowledged());
		this.current = null;
		this.currentFirst = 0;
		file.close();
		return true;
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
		NavigableSet<Long> all = new TreeSet<>(this.closed.firstSequences());
		if (this.current != null && this.currentFirst != 0) {
			all.add(this.currentFirst);
		}
		return List.copyOf(all);
	}

	/**
	 * The closed files in order.
	 */
	List<ClosedFile> closed() {
		return this.closed.all((this.currentFirst != 0) ? this.currentFirst - 1 : this.end.head().sequence());
	}

	/**
	 * The last entry that is no longer kept.
	 */
	ChainHead start() {
		return this.start;
	}

	/**
	 * Forgets the closed files up to an entry, which are about to be deleted.
	 */
	void forget(ChainHead through) {
		this.closed.forget(through.sequence());
		this.start = through;
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
		if (firstSequence <= this.start.sequence()) {
			throw AuditLogException.deleted();
		}
		Path file = (this.current != null && this.currentFirst == firstSequence) ? this.current.path()
				: this.closed.path(firstSequence);
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
