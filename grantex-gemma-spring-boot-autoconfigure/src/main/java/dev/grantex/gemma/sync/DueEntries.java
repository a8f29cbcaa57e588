package dev.grantex.gemma.sync;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.SyncBatch;

/**
 * The entries of a chain that the service does not have yet, read once from first to
 * last, batch by batch. They are signed again as they go out: the service verifies with
 * the current key only, and the signature is not part of the chain.
 */
final class DueEntries implements AutoCloseable {

	private final Stream<SignedAuditEntry> stream;

	private final Iterator<SignedAuditEntry> entries;

	/** Read, but there was no room for it. */
	private @Nullable SignedAuditEntry next;

	/**
	 * Begins to read.
	 * @param log the chain
	 * @param from the first sequence number that is due
	 * @param through the last one
	 */
	DueEntries(OfflineAuditLog log, long from, long through) {
		this.stream = log.read(from);
		this.entries = this.stream.limit(through - from + 1).map(log::resign).iterator();
	}

	/**
	 * The next entries, as many as fit.
	 * @param bundle the bundle whose chain it is
	 * @param maxEntries how many at most
	 * @throws AuditLogException if the log is damaged there
	 * @throws IllegalStateException if there is none, or it does not fit into a request
	 */
	SyncBatch nextBatch(ConsentBundle bundle, int maxEntries) {
		Taken taken = new Taken();
		SyncBatch batch = SyncBatch.fill(bundle.bundleId(), deviceId(bundle), () -> taken, maxEntries,
				SyncBatch.MAX_BODY_BYTES);
		if (batch.size() == 0) {
			throw new IllegalStateException("The log does not hold the entry that is due");
		}
		this.next = (taken.count > batch.size()) ? taken.last : null;
		return batch;
	}

	@Override
	public void close() {
		this.stream.close();
	}

	private static @Nullable String deviceId(ConsentBundle bundle) {
		BundleState state = bundle.state();
		return (state != null && state.request() != null) ? state.request().deviceId() : null;
	}

	/**
	 * What a batch looks at: its entries, and at most one that it has no room for.
	 */
	private final class Taken implements Iterator<SignedAuditEntry> {

		private int count;

		private @Nullable SignedAuditEntry last;

		@Override
		public boolean hasNext() {
			return DueEntries.this.next != null || DueEntries.this.entries.hasNext();
		}

		@Override
		public SignedAuditEntry next() {
			if (!hasNext()) {
				throw new NoSuchElementException();
			}
			SignedAuditEntry waiting = DueEntries.this.next;
			SignedAuditEntry entry = (waiting != null) ? waiting : DueEntries.this.entries.next();
			DueEntries.this.next = null;
			this.last = entry;
			this.count++;
			return entry;
		}

	}

}
