package dev.grantex.gemma.audit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
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
final class LogSegments implements Closeable {

	private final SegmentNames names;

	private final String grantId;

	private final AppendFile.Opener opener;

	private final TailCheck check;

	private final NavigableMap<Long, Path> closed;

	private @Nullable AppendFile current;

	/** The first sequence number in the current file, 0 as long as it is empty. */
	private long currentFirst;

	private boolean retired;

	private ChainHead head = ChainHead.GENESIS;

	private LogSegments(SegmentNames names, String grantId, TailCheck check, AppendFile.Opener opener, boolean retired)
			throws IOException {
		this.names = names;
		this.grantId = grantId;
		this.check = check;
		this.opener = opener;
		this.retired = retired;
		this.closed = names.closedFiles(grantId);
	}

	/**
	 * Opens the files of a chain, appending to the active one.
	 * @throws AuditLogException if what is there is not the chain's undamaged end
	 */
	static LogSegments openActive(SegmentNames names, String grantId, TailCheck check, AppendFile.Opener opener)
			throws IOException {
		new ActiveFile(names, opener).closeOff((owner) -> !owner.equals(grantId));
		return open(names, grantId, check, opener, false);
	}

	/**
	 * Opens the files of a chain that no longer has the active one.
	 * @throws AuditLogException if what is there is not the chain's undamaged end
	 */
	static LogSegments openRetired(SegmentNames names, String grantId, TailCheck check, AppendFile.Opener opener)
			throws IOException {
		ActiveFile active = new ActiveFile(names, opener);
		if (grantId.equals(active.grantId())) {
			try (LogLock lock = LogLock.acquire(names.activeLock())) {
				active.closeOff(grantId::equals);
			}
		}
		return open(names, grantId, check, opener, true);
	}

	private static LogSegments open(SegmentNames names, String grantId, TailCheck check, AppendFile.Opener opener,
			boolean retired) throws IOException {
		LogSegments segments = new LogSegments(names, grantId, check, opener, retired);
		try {
			segments.recover();
			return segments;
		}
		catch (IOException | RuntimeException ex) {
			segments.close();
			throw ex;
		}
	}

	private void recover() throws IOException {
		Map.Entry<Long, Path> last = this.closed.lastEntry();
		if (this.retired) {
			if (last != null) {
				AppendFile file = AppendFile.open(this.opener, last.getValue());
				this.current = file;
				recoverClosed(file, last.getKey(), true);
				this.currentFirst = last.getKey();
				this.closed.remove(last.getKey());
			}
		}
		else {
			AppendFile active = AppendFile.open(this.opener, this.names.active());
			this.current = active;
			ChainHead found = this.check.verify(active, true);
			if (last != null) {
				try (AppendFile file = AppendFile.open(this.opener, last.getValue())) {
					recoverClosed(file, last.getKey(), found == null);
				}
			}
			if (found != null) {
				recoverActive(active, found);
			}
		}
		force();
	}

	private void recoverClosed(AppendFile file, long firstSequence, boolean holdsHead) throws IOException {
		TailCheck.moveTornLineAside(file);
		ChainHead found = this.check.verify(file, holdsHead);
		if (found == null || TailCheck.firstEntry(file).seq() != firstSequence) {
			throw AuditLogException.corrupted();
		}
		this.head = found;
	}

	private void recoverActive(AppendFile file, ChainHead found) throws IOException {
		if (!this.closed.isEmpty()) {
			TailCheck.requireContinuation(file, this.head);
		}
		this.currentFirst = TailCheck.firstEntry(file).seq();
		this.head = found;
	}

	ChainHead head() {
		return this.head;
	}

	/**
	 * Whether a line would make the current file larger than it may be.
	 */
	boolean isFullFor(int length, long maxSize) {
		return this.current != null && this.currentFirst != 0 && this.current.acknowledged() + length > maxSize;
	}

	/**
	 * Writes an entry's line.
	 * @throws IOException if it may not have been written, or not been forced
	 */
	void append(ChainHead entry, byte[] line, boolean force) throws IOException {
		AppendFile file = (this.current != null) ? this.current : begin(entry.sequence());
		file.append(line, force);
		if (this.currentFirst == 0) {
			this.currentFirst = entry.sequence();
		}
		this.head = entry;
	}

	private AppendFile begin(long firstSequence) throws IOException {
		AppendFile file = AppendFile.open(this.opener,
				this.retired ? this.names.closed(this.grantId, firstSequence) : this.names.active());
		if (file.acknowledged() > 0) {
			file.close();
			throw AuditLogException.corrupted();
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
	 * Cuts the current file back to what was acknowledged and checks that it ends there
	 * as it should.
	 * @throws IOException if that is not possible now
	 * @throws AuditLogException if the file is damaged
	 */
	void recoverFromFailure() throws IOException {
		AppendFile file = this.current;
		if (file == null) {
			return;
		}
		file.recover();
		ChainHead found = this.check.verify(file, true);
		if ((found != null) ? !found.equals(this.head) : this.currentFirst != 0) {
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
		if (file == null) {
			throw AuditLogException.corrupted();
		}
		PrivateFiles.requirePrivate(file);
		return Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
	}

	@Override
	public void close() throws IOException {
		if (this.current != null) {
			this.current.close();
		}
	}

}
