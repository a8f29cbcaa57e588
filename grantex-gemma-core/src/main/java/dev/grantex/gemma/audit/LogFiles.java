package dev.grantex.gemma.audit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
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

	private final CurrentFile current;

	/** The first sequence number in the current file, 0 as long as it is empty. */
	private long currentFirst;

	private boolean retired;

	private LogEnd end;

	private LogFiles(SegmentNames names, String grantId, LogSettings settings, LogLocks locks, RecoveredChain found,
			boolean retired) {
		this.names = names;
		this.settings = settings;
		this.current = new CurrentFile(locks);
		this.grantId = grantId;
		this.start = found.start();
		this.end = found.end();
		this.retired = retired;
	}

	/**
	 * Opens the files of a chain for appending where it was found to end.
	 * @param sealed up to where the chain was forced for sure
	 */
	static LogFiles open(SegmentNames names, String grantId, LogSettings settings, LogLocks locks, RecoveredChain found,
			LogEnd sealed, boolean retired) throws IOException {
		LogFiles files = new LogFiles(names, grantId, settings, locks, found, retired);
		Path active = names.active();
		NavigableMap<Long, Path> closed = new TreeMap<>(found.files());
		Map.Entry<Long, Path> last = closed.lastEntry();
		boolean goesOn = last != null && (retired || active.equals(last.getValue()));
		if (goesOn) {
			closed.remove(last.getKey());
		}
		files.closed.addAll(closed);
		if (goesOn) {
			files.current.open(last.getValue(), (sealed.segment() == last.getKey()) ? sealed.offset() : 0);
			files.currentFirst = last.getKey();
		}
		else if (!retired) {
			files.current.open(active, 0);
		}
		locks.releaseClaimed();
		return files;
	}

	/**
	 * How much the files hold, as far as it was acknowledged.
	 */
	LogSize size() {
		AppendFile file = this.current.get();
		long current = (file != null) ? file.acknowledged() : 0;
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
		AppendFile file = this.current.get();
		long size = (file == null || isFullFor(first)) ? 0 : file.acknowledged();
		long left = this.settings.maxSize() - size;
		return this.settings.rotateOnSize() ? Math.min(left, MAX_GROUP) : MAX_GROUP;
	}

	/**
	 * Writes entries, which are acknowledged then.
	 * @param entries signed entries that follow each other and have room
	 * @return where the chain ends now
	 * @throws IOException if they may not have been written, or not been forced
	 */
	LogEnd write(List<PendingEntry> entries) throws IOException {
		EntryGroup group = new EntryGroup(entries);
		if (isFullFor(group.firstLength())) {
			rotate();
		}
		boolean force = this.settings.durability() == Durability.FSYNC || group.hasIntent();
		if (force) {
			this.current.requireLocks();
		}
		AppendFile present = this.current.get();
		AppendFile file = (present != null) ? present : begin(group.firstSequence());
		if (file.unforced() > MAX_UNFORCED) {
			force();
		}
		file.append(group.lines(), force);
		if (this.currentFirst == 0) {
			this.currentFirst = group.firstSequence();
		}
		this.end = new LogEnd(group.head(), this.currentFirst, file.acknowledged());
		return this.end;
	}

	private boolean isFullFor(int length) {
		AppendFile file = this.current.get();
		return this.settings.rotateOnSize() && file != null && this.currentFirst != 0
				&& file.acknowledged() + length > this.settings.maxSize();
	}

	private AppendFile begin(long firstSequence) throws IOException {
		return this.current.begin(this.retired ? this.names.closed(this.grantId, firstSequence) : this.names.active());
	}

	/**
	 * Closes the current file; the next entry begins another.
	 * @return whether there was one with entries
	 */
	boolean rotate() throws IOException {
		AppendFile file = this.current.get();
		if (file == null || this.currentFirst == 0) {
			return false;
		}
		file.force();
		file.placed().renameTo(this.names.closed(this.grantId, this.currentFirst));
		this.closed.add(this.currentFirst, file, this.end.head());
		this.current.end();
		this.currentFirst = 0;
		if (!this.retired) {
			begin(this.end.head().sequence() + 1);
		}
		return true;
	}

	/**
	 * Gives up the active name. Entries that still come go on in the same file under its
	 * closed name.
	 */
	void retire() throws IOException {
		AppendFile file = this.current.get();
		if (!this.retired) {
			if (file != null && this.currentFirst != 0) {
				file.placed().renameTo(this.names.closed(this.grantId, this.currentFirst));
			}
			else {
				this.current.abandon();
			}
		}
		this.retired = true;
	}

	/**
	 * The file that is appended to.
	 */
	CurrentFile current() {
		return this.current;
	}

	void force() throws IOException {
		this.current.force();
	}

	/**
	 * Makes the current file hold what was acknowledged, and checks that it ends there as
	 * it should.
	 * @throws IOException if that is not possible now
	 * @throws AuditLogException if the file is damaged, or gone
	 */
	void recover() throws IOException {
		if (this.current.isBetween()) {
			begin(this.end.head().sequence() + 1);
		}
		this.current.recover((this.currentFirst != 0) ? this.end.head() : null);
	}

	/**
	 * The first sequence numbers of all files that hold entries, in order.
	 */
	List<Long> firstSequences() {
		NavigableSet<Long> all = new TreeSet<>(this.closed.firstSequences());
		if (this.currentFirst != 0) {
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
	 * Takes note that a copy of a closed file is in its place.
	 */
	void replaced(ClosedFile file, @Nullable Object identity) {
		this.closed.replaced(file.first(), identity);
	}

	/**
	 * Checks that nobody else may write to the open file, or to the seal beside it.
	 * @throws AuditLogException if somebody may
	 */
	void requireSafe() throws IOException {
		AppendFile file = this.current.get();
		if (file != null && file.placed().isInPlace()) {
			PrivateFiles.requirePrivate(file.path());
		}
		Path seal = this.retired ? this.names.seal(this.grantId) : this.names.activeSeal();
		if (PrivateFiles.exists(seal)) {
			PrivateFiles.requirePrivate(seal);
		}
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
	 * The first sequence number that is in the open file, or the highest number if none
	 * is.
	 */
	long openFrom() {
		return (this.currentFirst != 0) ? this.currentFirst : Long.MAX_VALUE;
	}

	/**
	 * How many bytes of the last file were acknowledged; all of it if it is closed.
	 */
	long acknowledged() {
		AppendFile file = this.current.get();
		return (file != null && this.currentFirst != 0) ? file.acknowledged() : Long.MAX_VALUE;
	}

	/**
	 * Opens the file that begins with an entry for reading.
	 */
	InputStream read(long firstSequence) throws IOException {
		if (firstSequence <= this.start.sequence()) {
			throw AuditLogException.deleted();
		}
		AppendFile open = this.current.get();
		if (open != null && this.currentFirst == firstSequence) {
			return Channels.newInputStream(open.placed().view());
		}
		Path file = this.closed.path(firstSequence);
		if (file == null || !PrivateFiles.exists(file)) {
			throw AuditLogException.missing();
		}
		return PrivateFiles.read(file);
	}

	@Override
	public void close() throws IOException {
		this.current.close();
	}

}
