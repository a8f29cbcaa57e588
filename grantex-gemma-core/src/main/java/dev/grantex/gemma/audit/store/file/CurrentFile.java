package dev.grantex.gemma.audit.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The file that a chain is appended to, if there is one, and the locks without which
 * nothing may be: those that other processes look for, and that on the file itself, which
 * the file before keeps until the next one has it.
 * <p>
 * Not safe for use by several threads at once.
 */
final class CurrentFile implements Closeable {

	private static final Log logger = LogFactory.getLog(CurrentFile.class);

	private final LogLocks locks;

	private @Nullable AppendFile file;

	private @Nullable AppendFile last;

	/** Whether another log may hold a lock file. */
	private boolean unlocked;

	CurrentFile(LogLocks locks) {
		this.locks = locks;
	}

	/**
	 * Goes on in a file, or begins it.
	 * @param durable how many of its bytes are durable for sure
	 */
	AppendFile open(Path path, long durable) throws IOException {
		AppendFile opened = AppendFile.open(path, this.locks.take(path), durable);
		this.file = opened;
		return opened;
	}

	/**
	 * Begins the next file, and leaves the one before.
	 * @throws StoreException if there is one already
	 */
	AppendFile begin(Path path) throws IOException {
		requireLocks();
		AppendFile begun = AppendFile.open(path, this.locks.take(path), Long.MAX_VALUE);
		if (begun.acknowledged() > 0) {
			begun.close();
			throw StoreException.displaced();
		}
		this.file = begun;
		leaveLast();
		return begun;
	}

	@Nullable AppendFile get() {
		return this.file;
	}

	/**
	 * Whether a file was ended and the next one could not be begun yet.
	 */
	boolean isBetween() {
		return this.file == null && this.last != null;
	}

	/**
	 * Ends the file, which stays locked until the next one is.
	 */
	void end() {
		this.last = this.file;
		this.file = null;
	}

	/**
	 * Gives up a file that holds nothing.
	 */
	void abandon() throws IOException {
		try {
			close();
		}
		finally {
			this.file = null;
		}
	}

	private void leaveLast() throws IOException {
		AppendFile left = this.last;
		this.last = null;
		if (left != null) {
			left.close();
		}
	}

	long unforced() {
		return (this.file != null) ? this.file.unforced() : 0;
	}

	/**
	 * Forces what was acknowledged, after making sure that it is this log's to write.
	 */
	void force() throws IOException {
		requireLocks();
		if (this.file != null) {
			this.file.force();
		}
	}

	/**
	 * Makes sure that whoever wants to write the chain meets the lock files.
	 */
	void requireLocks() throws IOException {
		this.unlocked = true;
		this.locks.require();
		this.unlocked = false;
	}

	/**
	 * Whether the last write may be incomplete, or must not be followed by another.
	 */
	boolean isFailed() {
		return this.unlocked || isBetween() || (this.file != null && this.file.isFailed());
	}

	void recover(@Nullable Head head, ChainCodec codec) throws IOException {
		requireLocks();
		if (this.file != null) {
			this.file.recover(head, codec);
		}
	}

	boolean wasReplaced() {
		return this.file != null && this.file.wasReplaced();
	}

	/**
	 * Forces what a seal is to state, if that can be relied on now. A file in whose place
	 * another one lies can: so that one is never taken for the chain's.
	 * @return whether it can
	 */
	boolean forceForSeal() throws IOException {
		AppendFile open = this.file;
		if (open != null && open.isDisplaced()) {
			open.forceDisplaced();
			return true;
		}
		if (isFailed()) {
			return false;
		}
		force();
		return true;
	}

	/**
	 * Saves what would be gone once the file is closed: in its place if it was removed,
	 * beside it if another one lies there.
	 */
	void saveDisplaced() {
		try {
			save();
		}
		catch (IOException | RuntimeException ex) {
			logger.error("What the audit log held could not be saved", ex);
		}
	}

	private void save() throws IOException {
		AppendFile open = this.file;
		if (open == null || open.acknowledged() == 0 || open.isInPlace()) {
			return;
		}
		if (!PrivateFiles.exists(open.path())) {
			open.reopen(open.acknowledged());
			open.channel().force(true);
			PrivateFiles.forceDirectoryOf(open.path());
			return;
		}
		open.requireLeft();
		Path saved = SegmentNames.aside(open.path(), SegmentNames.OPEN);
		try (FileChannel copy = PrivateFiles.create(saved)) {
			PrivateFiles.copy(open.channel(), 0, open.acknowledged(), copy);
		}
		logger.error("Another file lies in the place of the audit log that was open; what the log held was saved as "
				+ saved.getFileName() + ". Move that back to " + open.path().getFileName()
				+ " in the other's place before the next start");
	}

	@Override
	public void close() throws IOException {
		try {
			leaveLast();
		}
		finally {
			if (this.file != null) {
				this.file.close();
			}
		}
	}

}
