package dev.grantex.gemma.sync;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.cloud.SyncBatch;

/**
 * The entries of a chain that the service does not have yet, read once from first to
 * last, batch by batch. Where the log is damaged, what comes before still goes out.
 */
final class DueEntries implements AutoCloseable {

	private final Stream<SignedAuditEntry> stream;

	private final Iterator<SignedAuditEntry> entries;

	private final long last;

	private long first;

	/** Read, but not in a batch yet. */
	private @Nullable SignedAuditEntry next;

	private @Nullable AuditLogException damage;

	/**
	 * Begins to read.
	 * @param first the first sequence number that is due
	 * @param last the last one
	 */
	DueEntries(ChainEntries chain, long first, long last) {
		this.first = first;
		this.last = last;
		this.stream = chain.read(first);
		this.entries = this.stream.iterator();
	}

	/**
	 * The next entries, as many as fit, and at least one.
	 * @param destination where they go
	 * @param maxEntries how many at most
	 * @param maxBytes how large the request may be, if it holds more than one entry
	 * @throws AuditLogException if the log is damaged there
	 * @throws IllegalStateException if there is none, or it does not fit into a request
	 */
	DueBatch nextBatch(Destination destination, int maxEntries, int maxBytes) {
		SyncBatch content = fill(destination, maxEntries, maxBytes);
		if (content.size() == 0 && peek() != null) {
			content = fill(destination, 1, SyncBatch.MAX_BODY_BYTES);
		}
		if (content.size() == 0) {
			if (this.damage != null) {
				throw this.damage;
			}
			throw new IllegalStateException("The log does not hold the entry that is due");
		}
		DueBatch batch = new DueBatch(content, this.first);
		this.first = batch.last() + 1;
		return batch;
	}

	private SyncBatch fill(Destination destination, int maxEntries, int maxBytes) {
		Taken taken = new Taken();
		SyncBatch content = SyncBatch.fill(destination.bundleId(), destination.deviceId(), () -> taken, maxEntries,
				maxBytes);
		if (taken.count > content.size()) {
			this.next = taken.latest;
		}
		return content;
	}

	private @Nullable SignedAuditEntry peek() {
		if (this.next == null && this.damage == null) {
			try {
				this.next = this.entries.hasNext() ? this.entries.next() : null;
			}
			catch (AuditLogException ex) {
				this.damage = ex;
			}
		}
		return this.next;
	}

	@Override
	public void close() {
		this.stream.close();
	}

	/**
	 * What a batch looks at: its entries, and at most one that it has no room for.
	 */
	private final class Taken implements Iterator<SignedAuditEntry> {

		private int count;

		private @Nullable SignedAuditEntry latest;

		@Override
		public boolean hasNext() {
			return DueEntries.this.first + this.count <= DueEntries.this.last && peek() != null;
		}

		@Override
		public SignedAuditEntry next() {
			SignedAuditEntry entry = hasNext() ? peek() : null;
			if (entry == null) {
				throw new NoSuchElementException();
			}
			DueEntries.this.next = null;
			this.latest = entry;
			this.count++;
			return entry;
		}

	}

}
