package dev.grantex.gemma.audit.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.StoreException;

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

	private final ChainFiles chain;

	private final FileStore.Settings settings;

	private final NavigableMap<Long, ClosedFile> closed = new TreeMap<>();

	private long closedLength;

	/** The last entry that is no longer kept. */
	private Head start;

	private final CurrentFile current;

	/** The first sequence number in the current file, 0 as long as it is empty. */
	private long currentFirst;

	private boolean retired;

	private LogEnd end;

	private LogFiles(ChainFiles chain, FileStore.Settings settings, LogLocks locks, ChainRecovery.Found found,
			boolean retired) {
		this.chain = chain;
		this.settings = settings;
		this.current = new CurrentFile(locks);
		this.start = found.start();
		this.end = found.end();
		this.retired = retired;
	}

	/**
	 * Opens the files of a chain for appending where it was found to end.
	 * @param sealed up to where the chain was forced for sure
	 */
	static LogFiles open(ChainFiles chain, FileStore.Settings settings, LogLocks locks, ChainRecovery.Found found,
			LogEnd sealed, boolean retired) throws IOException {
		LogFiles files = new LogFiles(chain, settings, locks, found, retired);
		Path active = chain.names().active();
		NavigableMap<Long, Path> closed = new TreeMap<>(found.files());
		Map.Entry<Long, Path> last = closed.lastEntry();
		boolean goesOn = last != null && (retired || active.equals(last.getValue()));
		if (goesOn) {
			closed.remove(last.getKey());
		}
		long end = goesOn ? last.getKey() - 1 : found.end().head().sequence();
		for (Map.Entry<Long, Path> file : closed.descendingMap().entrySet()) {
			files.add(ClosedFile.found(file.getValue(), file.getKey(), end, chain.codec()));
			end = file.getKey() - 1;
		}
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

	private void add(ClosedFile file) {
		this.closed.put(file.first(), file);
		this.closedLength += file.length();
	}

	LogRoom.Size size() {
		AppendFile file = this.current.get();
		long current = (file != null) ? file.acknowledged() : 0;
		return new LogRoom.Size(current, current + this.closedLength);
	}

	LogEnd end() {
		return this.end;
	}

	/**
	 * How many bytes can be written at once; there always is room for the first line.
	 */
	long room(int first) {
		AppendFile file = this.current.get();
		long size = (file == null || isFullFor(first)) ? 0 : file.acknowledged();
		return this.settings.rotateOnSize() ? Math.min(this.settings.maxSize() - size, MAX_GROUP) : MAX_GROUP;
	}

	/**
	 * Writes lines that follow each other and have room, and acknowledges them.
	 * @return where the chain ends now
	 */
	LogEnd write(LineQueue.Group group) throws IOException {
		if (isFullFor(group.firstLength())) {
			rotate();
		}
		boolean force = this.settings.forced() || group.isForced();
		if (force) {
			this.current.requireLocks();
		}
		AppendFile present = this.current.get();
		AppendFile file = (present != null) ? present : begin(group.firstSequence());
		if (file.unforced() > MAX_UNFORCED) {
			force();
		}
		file.append(group.bytes(), force);
		if (this.currentFirst == 0) {
			this.currentFirst = group.firstSequence();
		}
		this.end = new LogEnd(group.last().head(), this.currentFirst, file.acknowledged());
		return this.end;
	}

	private boolean isFullFor(int length) {
		AppendFile file = this.current.get();
		return this.settings.rotateOnSize() && file != null && this.currentFirst != 0
				&& file.acknowledged() + length > this.settings.maxSize();
	}

	private AppendFile begin(long firstSequence) throws IOException {
		return this.current.begin(this.retired ? this.chain.closedName(firstSequence) : this.chain.names().active());
	}

	/**
	 * Closes the current file if it has entries, and says so; the next begins another.
	 */
	boolean rotate() throws IOException {
		AppendFile file = this.current.get();
		if (file == null || this.currentFirst == 0) {
			return false;
		}
		file.force();
		file.renameTo(this.chain.closedName(this.currentFirst));
		add(new ClosedFile(file.path(), this.currentFirst, this.end.head().sequence(), file.acknowledged(),
				file.identity(), this.end.head().hash()));
		this.current.end();
		this.currentFirst = 0;
		if (!this.retired) {
			begin(this.end.head().sequence() + 1);
		}
		return true;
	}

	/**
	 * Gives up the active name. What still comes goes on in the same file.
	 */
	void retire() throws IOException {
		AppendFile file = this.current.get();
		if (!this.retired) {
			if (file != null && this.currentFirst != 0) {
				file.renameTo(this.chain.closedName(this.currentFirst));
			}
			else {
				this.current.abandon();
			}
		}
		this.retired = true;
	}

	CurrentFile current() {
		return this.current;
	}

	void force() throws IOException {
		this.current.force();
	}

	/**
	 * Makes the current file hold what was acknowledged, and checks that it ends there.
	 */
	void recover() throws IOException {
		if (this.current.isBetween()) {
			begin(this.end.head().sequence() + 1);
		}
		this.current.recover((this.currentFirst != 0) ? this.end.head() : null, this.chain.codec());
	}

	/**
	 * Makes the files hold what was acknowledged for the last time, or saves it.
	 * @param sound whether they are to be recovered from a failure
	 */
	void finish(boolean sound) throws IOException {
		try {
			if (sound) {
				recover();
			}
			force();
		}
		catch (IOException | RuntimeException ex) {
			this.current.saveDisplaced();
			throw ex;
		}
	}

	List<Long> firstSequences() {
		List<Long> all = new ArrayList<>(this.closed.keySet());
		if (this.currentFirst != 0) {
			all.add(this.currentFirst);
		}
		return all;
	}

	List<ClosedFile> closed() {
		return List.copyOf(this.closed.values());
	}

	/**
	 * Checks that a closed file is what it was, or a copy of it, of which note is taken.
	 */
	void requireWhole(ClosedFile file) throws IOException {
		this.closed.replace(file.first(), file.present(this.chain.codec()));
	}

	/**
	 * Checks that nobody else may write to the open file, or to the seal beside it.
	 */
	void requireSafe() throws IOException {
		AppendFile file = this.current.get();
		if (file != null && file.isInPlace()) {
			PrivateFiles.requirePrivate(file.path());
		}
		Path seal = this.retired ? this.chain.seal() : this.chain.names().activeSeal();
		if (PrivateFiles.exists(seal)) {
			PrivateFiles.requirePrivate(seal);
		}
	}

	Head start() {
		return this.start;
	}

	void forget(Head through) {
		NavigableMap<Long, ClosedFile> forgotten = this.closed.headMap(through.sequence(), true);
		this.closedLength -= forgotten.values().stream().mapToLong(ClosedFile::length).sum();
		forgotten.clear();
		this.start = through;
	}

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

	InputStream read(long firstSequence) throws IOException {
		if (firstSequence <= this.start.sequence()) {
			throw StoreException.deleted();
		}
		AppendFile open = this.current.get();
		if (open != null && this.currentFirst == firstSequence) {
			return Channels.newInputStream(open.view());
		}
		ClosedFile file = this.closed.get(firstSequence);
		if (file == null || !PrivateFiles.exists(file.path())) {
			throw StoreException.missing();
		}
		return PrivateFiles.read(file.path());
	}

	@Override
	public void close() throws IOException {
		this.current.close();
	}

}
