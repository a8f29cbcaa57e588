package dev.grantex.gemma.audit;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * The locks that a log holds: on its chain, and on the active file's name as long as it
 * has it.
 */
final class LogLocks implements AutoCloseable {

	private final LogLock chain;

	private @Nullable LogLock active;

	private LogLocks(LogLock chain, @Nullable LogLock active) {
		this.chain = chain;
		this.active = active;
	}

	static LogLocks acquire(SegmentNames names, String grantId, boolean retired) throws IOException {
		LogLock active = retired ? null : LogLock.acquire(names.activeLock());
		try {
			return new LogLocks(LogLock.acquire(names.lock(grantId)), active);
		}
		catch (IOException | RuntimeException ex) {
			if (active != null) {
				active.close();
			}
			throw ex;
		}
	}

	/**
	 * The lock on the chain.
	 */
	LogLock chain() {
		return this.chain;
	}

	/**
	 * Whether the log has the active file's name.
	 */
	boolean hasActive() {
		return this.active != null;
	}

	void releaseActive() throws IOException {
		LogLock released = this.active;
		this.active = null;
		if (released != null) {
			released.close();
		}
	}

	@Override
	public void close() throws IOException {
		try {
			releaseActive();
		}
		finally {
			this.chain.close();
		}
	}

}
