package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.stream.Stream;

/**
 * The entries of a chain whose bundle is gone, as they were signed. Reading changes
 * nothing on disk.
 */
public final class OrphanedEntries implements AutoCloseable {

	private final OrphanedChain chain;

	private final LogLocks locks;

	private volatile boolean closed;

	OrphanedEntries(OrphanedChain chain, LogLocks locks) {
		this.chain = chain;
		this.locks = locks;
	}

	/**
	 * Reads entries from one on, in constant memory. The stream must be closed. It ends,
	 * without an exception, before the first entry that is missing, incomplete, not
	 * exactly as it would be written, of another grant, or not linked to the one before.
	 * @param fromSequence the first sequence number wanted, from 1
	 * @return the entries in order, without a gap
	 * @throws AuditLogException if it is closed, or a file cannot be read, also from the
	 * stream
	 */
	public Stream<SignedAuditEntry> read(long fromSequence) {
		requireOpen();
		return this.chain.read(fromSequence, this::requireOpen);
	}

	private void requireOpen() {
		if (this.closed) {
			throw AuditLogException.closed();
		}
	}

	@Override
	public synchronized void close() {
		if (!this.closed) {
			this.closed = true;
			try {
				this.locks.close();
			}
			catch (IOException ex) {
				throw AuditLogException.unwritable(ex);
			}
		}
	}

}
