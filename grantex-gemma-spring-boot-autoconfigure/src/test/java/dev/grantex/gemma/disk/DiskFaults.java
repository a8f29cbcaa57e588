package dev.grantex.gemma.disk;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What is wrong with a disk at the moment. Safe for use by several threads.
 */
public final class DiskFaults {

	private final List<Hook> hooks = new CopyOnWriteArrayList<>();

	private volatile boolean readOnly;

	private volatile int longestRead = Integer.MAX_VALUE;

	private long room = Long.MAX_VALUE;

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
	 * Lets files grow by no more than so many bytes altogether. Bytes within a file can
	 * still be overwritten.
	 */
	public synchronized DiskFaults full(long room) {
		this.room = room;
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

	/**
	 * Lets everything pass again.
	 */
	public synchronized void clear() {
		this.hooks.clear();
		this.readOnly = false;
		this.longestRead = Integer.MAX_VALUE;
		this.room = Long.MAX_VALUE;
	}

	void check(DiskOperation operation) throws IOException {
		requireWritable();
		for (Hook hook : this.hooks) {
			hook.before(operation);
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
		int granted = (int) Math.min(wanted, this.room);
		this.room -= granted;
		return granted;
	}

	private DiskFaults fail(Class<? extends DiskOperation> type, String message) {
		return before((operation) -> {
			if (type.isInstance(operation)) {
				throw new IOException(message);
			}
		});
	}

}
