package dev.grantex.gemma.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * What is wrong with a disk at the moment. Safe for use by several threads.
 */
public final class DiskFaults {

	private final List<Hook> hooks = new CopyOnWriteArrayList<>();

	private final List<ReadingHook> readingHooks = new CopyOnWriteArrayList<>();

	private final List<OpeningHook> openingHooks = new CopyOnWriteArrayList<>();

	private final List<RenamingHook> renamingHooks = new CopyOnWriteArrayList<>();

	private volatile boolean readOnly;

	private volatile int longestRead = Integer.MAX_VALUE;

	private long room = Long.MAX_VALUE;

	private final LongSupplier used;

	private volatile long size = Long.MAX_VALUE;

	private volatile boolean told;

	/**
	 * A disk without a fault.
	 * @param used how many bytes all files have
	 */
	DiskFaults(LongSupplier used) {
		this.used = used;
	}

	/**
	 * Is told of every operation before it is done.
	 */
	public interface Hook {

		/**
		 * Looks at an operation.
		 * @throws IOException to let it fail without any effect
		 */
		void before(DiskOperation operation) throws IOException;

	}

	/**
	 * Is told of every reading before it is done.
	 */
	public interface ReadingHook {

		/**
		 * Looks at a reading.
		 * @throws IOException to let it fail
		 */
		void beforeReading() throws IOException;

	}

	/**
	 * Is told of every opening of a file before it is opened.
	 */
	public interface OpeningHook {

		/**
		 * Looks at an opening.
		 * @param file the real file
		 * @throws IOException to let it fail
		 */
		void beforeOpening(Path file) throws IOException;

	}

	/**
	 * Is told of every renaming of a file after it was renamed.
	 */
	public interface RenamingHook {

		/**
		 * Looks at a renaming.
		 * @param file the real file by its new name
		 */
		void afterRenaming(Path file) throws IOException;

	}

	/**
	 * Lets files grow by no more than so many bytes altogether. Bytes within a file can
	 * still be overwritten.
	 */
	public synchronized DiskFaults full(long room) {
		this.room = room;
		return this;
	}

	/**
	 * Lets all files together have no more than so many bytes, so that deleting one makes
	 * room for another.
	 * @param told whether who asks for the room on the disk is told of it, as it is not
	 * where a user has a share of it
	 */
	public DiskFaults small(long size, boolean told) {
		this.told = told;
		this.size = size;
		return this;
	}

	/**
	 * Lets every force of a file or directory fail, and what was to be forced be dropped.
	 */
	public DiskFaults failForces() {
		return fail(DiskOperation.Force.class, "Input/output error");
	}

	public DiskFaults failRenames() {
		return fail(DiskOperation.Rename.class, "Input/output error");
	}

	/**
	 * Lets everything fail but reading.
	 */
	public DiskFaults readOnly() {
		this.readOnly = true;
		return this;
	}

	/**
	 * Lets one reading give no more than so many bytes.
	 */
	public DiskFaults shortReads(int longestRead) {
		this.longestRead = longestRead;
		return this;
	}

	public DiskFaults before(Hook hook) {
		this.hooks.add(hook);
		return this;
	}

	public DiskFaults beforeReading(ReadingHook hook) {
		this.readingHooks.add(hook);
		return this;
	}

	public DiskFaults beforeOpening(OpeningHook hook) {
		this.openingHooks.add(hook);
		return this;
	}

	public DiskFaults afterRenaming(RenamingHook hook) {
		this.renamingHooks.add(hook);
		return this;
	}

	/**
	 * Lets everything pass again.
	 */
	public synchronized void clear() {
		this.hooks.clear();
		this.openingHooks.clear();
		this.readingHooks.clear();
		this.renamingHooks.clear();
		this.readOnly = false;
		this.longestRead = Integer.MAX_VALUE;
		this.room = Long.MAX_VALUE;
		this.size = Long.MAX_VALUE;
	}

	void check(DiskOperation operation) throws IOException {
		requireWritable();
		for (Hook hook : this.hooks) {
			hook.before(operation);
		}
	}

	void checkReading() throws IOException {
		for (ReadingHook hook : this.readingHooks) {
			hook.beforeReading();
		}
	}

	void checkOpening(Path file) throws IOException {
		for (OpeningHook hook : this.openingHooks) {
			hook.beforeOpening(file);
		}
	}

	void renamed(Path file) throws IOException {
		for (RenamingHook hook : this.renamingHooks) {
			hook.afterRenaming(file);
		}
	}

	void requireWritable() throws IOException {
		if (this.readOnly) {
			throw new IOException("Read-only file system");
		}
	}

	int longestRead() {
		return this.longestRead;
	}

	/**
	 * How much of what a file is to grow by there is room for.
	 */
	synchronized int grow(int wanted) {
		int granted = (int) Math.min(wanted, Math.min(this.room, left()));
		this.room -= granted;
		return granted;
	}

	/**
	 * How much room the disk says that it has.
	 */
	long usable() {
		return this.told ? left() : Long.MAX_VALUE;
	}

	private long left() {
		return (this.size == Long.MAX_VALUE) ? Long.MAX_VALUE : Math.max(0, this.size - this.used.getAsLong());
	}

	private DiskFaults fail(Class<? extends DiskOperation> type, String message) {
		return before((operation) -> {
			if (type.isInstance(operation)) {
				throw new IOException(message);
			}
		});
	}

}
