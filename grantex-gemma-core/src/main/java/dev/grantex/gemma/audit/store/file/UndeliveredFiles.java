package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.function.LongSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Whether the closed files with entries that the service does not have are still what
 * they were. As long as they are not, no call may run, because nobody could see its
 * evidence any more; putting them back is all it takes.
 * <p>
 * They are looked at by who has the turn; what was found then can be asked by anybody.
 */
final class UndeliveredFiles {

	private static final Log logger = LogFactory.getLog(UndeliveredFiles.class);

	private final LogFiles files;

	private final LongSupplier accepted;

	private final ThrottledLine changed;

	private final ThrottledLine back;

	private final ThrottledLine unsafe;

	private volatile @Nullable StoreException fault;

	/**
	 * The first sequence number in a file that the disk did not give when it was read.
	 */
	private @Nullable Long unreadable;

	UndeliveredFiles(LogFiles files, LongSupplier accepted, Clock clock) {
		this.files = files;
		this.accepted = accepted;
		this.changed = new ThrottledLine(logger, clock);
		this.back = new ThrottledLine(logger, clock);
		this.unsafe = new ThrottledLine(logger, clock);
	}

	/**
	 * What was found to be the matter, or null. Looks at nothing on disk.
	 */
	@Nullable StoreException fault() {
		return this.fault;
	}

	void require() {
		StoreException found = this.fault;
		if (found != null) {
			throw StoreException.of(found);
		}
	}

	/**
	 * Looks at all of them, and whether the open one is safe from others.
	 */
	void look() {
		try {
			requireSafe();
			for (ClosedFile file : this.files.closed()) {
				if (file.last() > this.accepted.getAsLong()) {
					requireWhole(file);
				}
			}
			requireReadable();
			if (this.fault != null) {
				this.back.info(() -> "The audit log's files are what they were again");
			}
			this.fault = null;
		}
		catch (StoreException ex) {
			this.fault = ex;
		}
	}

	private void requireSafe() {
		try {
			this.files.requireSafe();
		}
		catch (IOException ex) {
			// Whether it is in its place, who forces it finds out.
		}
		catch (StoreException ex) {
			this.unsafe.error(() -> ex.getMessage() + ": calls are denied until that is put right", ex);
			throw ex;
		}
	}

	private void requireWhole(ClosedFile file) {
		try {
			this.files.requireWhole(file);
		}
		catch (IOException | StoreException ex) {
			StoreException found = StoreException.of(ex);
			report(file, found);
			throw found;
		}
	}

	private void requireReadable() {
		Long first = this.unreadable;
		if (first != null) {
			try (InputStream in = this.files.read(first)) {
				in.transferTo(OutputStream.nullOutputStream());
			}
			catch (IOException ex) {
				throw StoreException.unreadable(ex);
			}
			catch (StoreException ex) {
				// That it is gone is found where it is looked for.
			}
			this.unreadable = null;
		}
	}

	/**
	 * Takes note that a file could not be read. Unless the service has its entries, no
	 * call may run as long as that is so.
	 * @param first the sequence number of its first entry
	 */
	void unreadable(long first, IOException cause) {
		boolean delivered = this.files.closed()
			.stream()
			.anyMatch((file) -> file.first() == first && file.last() <= this.accepted.getAsLong());
		if (!delivered) {
			this.unreadable = first;
			this.fault = StoreException.unreadable(cause);
			this.changed.error(() -> "A file of the audit log cannot be read: calls are denied until it can be", cause);
		}
	}

	/**
	 * Looks at the closed file that begins with an entry, if there is one, before it is
	 * read: whatever else is in its place says nothing about the chain.
	 * @throws StoreException if it is not what it was
	 */
	void require(long first) {
		for (ClosedFile file : this.files.closed()) {
			if (file.first() == first) {
				try {
					this.files.requireWhole(file);
				}
				catch (IOException | StoreException ex) {
					look();
					throw StoreException.of(ex);
				}
			}
		}
	}

	private void report(ClosedFile file, StoreException found) {
		StoreException known = this.fault;
		if (known == null || !known.reason().equals(found.reason())) {
			this.changed.error(() -> "The file " + file.path().getFileName()
					+ " of the audit log, with entries that the" + " service does not have, is not what it was ("
					+ found.reason() + "): calls are denied until it is put back", null);
		}
	}

}
