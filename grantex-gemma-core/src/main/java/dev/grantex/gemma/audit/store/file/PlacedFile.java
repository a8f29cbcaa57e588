package dev.grantex.gemma.audit.store.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * A file that is written to, and the place where it should be. Somebody may remove it
 * from there, or put another one in its place; what is open stays the log.
 * <p>
 * Not safe for use by several threads at once.
 */
class PlacedFile implements Closeable {

	private static final Log logger = LogFactory.getLog(PlacedFile.class);

	private final ThrottledLine restored = new ThrottledLine(logger);

	private Path path;

	private LockedFile file;

	/** Whether the file was written again, so that the one before may come back. */
	private boolean replaced;

	PlacedFile(Path path, LockedFile file) {
		this.path = path;
		this.file = file;
	}

	Path path() {
		return this.path;
	}

	FileChannel channel() {
		return this.file.channel();
	}

	/**
	 * Opens the file for reading, whatever lies in its place.
	 */
	FileChannel view() throws IOException {
		FileChannel view = this.file.view();
		if (view == null) {
			throw new ClosedChannelException();
		}
		return view;
	}

	@Nullable Object identity() {
		return this.file.identity();
	}

	/**
	 * Whether the file was written again since this was asked for the last time. The one
	 * before may be put back into its place.
	 */
	boolean wasReplaced() {
		boolean was = this.replaced;
		this.replaced = false;
		return was;
	}

	boolean isInPlace() {
		return this.file.isAt(this.path);
	}

	/**
	 * Whether another file lies in the place of this one.
	 */
	boolean isDisplaced() {
		return PrivateFiles.exists(this.path) && !isInPlace();
	}

	void requireInPlace() {
		if (!isInPlace()) {
			throw PrivateFiles.exists(this.path) ? StoreException.displaced() : StoreException.missing();
		}
	}

	void renewLock() throws IOException {
		this.file.renewLock();
	}

	/**
	 * Gives the file another name, which must be free. If that fails half-way it can be
	 * tried again.
	 */
	void renameTo(Path target) throws IOException {
		try {
			if (!target.equals(this.path)) {
				renameOnly(target);
			}
		}
		finally {
			if (this.file.isAt(target)) {
				this.path = target;
			}
		}
		PrivateFiles.forceDirectoryOf(target);
	}

	/**
	 * Another file that comes into the place in this moment must keep its name. What has
	 * its new name may be taken away or exchanged as soon as somebody sees it, so that is
	 * looked at before the disk is waited for; if it is gone by then, it had the name.
	 */
	private void renameOnly(Path target) throws IOException {
		requireInPlace();
		PrivateFiles.renameUnforced(this.path, target);
		if (!this.file.isAt(target) && PrivateFiles.exists(target)) {
			PrivateFiles.rename(target, this.path);
			throw StoreException.displaced();
		}
		this.path = target;
	}

	/**
	 * Opens the file anew, or writes it again if it was removed. As long as it is open
	 * its content is still there.
	 * @param length how many bytes of it count
	 * @throws StoreException if another one lies in its place, or nothing is left of it
	 */
	void reopen(long length) throws IOException {
		if (PrivateFiles.exists(this.path)) {
			this.file.reopen(this.path);
			return;
		}
		requireLeft();
		if (channel().size() < length) {
			throw StoreException.corrupted();
		}
		writeAgain(length);
		this.restored
			.warn(() -> "The audit log's file was removed while it was open; it was written again in its place", null);
	}

	/**
	 * Checks that the file can still be read, whatever lies in its place.
	 * @throws StoreException if nothing is left of it
	 */
	void requireLeft() throws IOException {
		if (!this.file.isLeft()) {
			throw StoreException.missing();
		}
	}

	private void writeAgain(long length) throws IOException {
		Path aside = SegmentNames.aside(this.path, "restored");
		LockedFile copy = LockedFiles.create(aside);
		boolean placed = false;
		try {
			PrivateFiles.copy(channel(), 0, length, copy.channel());
			try {
				PrivateFiles.rename(aside, this.path);
			}
			finally {
				placed = copy.isAt(this.path);
			}
		}
		finally {
			LockedFile left = placed ? this.file : copy;
			this.file = placed ? copy : this.file;
			this.replaced = this.replaced || placed;
			left.close();
			if (!placed) {
				Files.deleteIfExists(aside);
			}
		}
	}

	@Override
	public void close() throws IOException {
		this.file.close();
	}

}
