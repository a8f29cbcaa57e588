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
final class DueEntries implements Iterator<SignedAuditEntry>, AutoCloseable {

	private final DeliveredChain chain;

	private final Stream<SignedAuditEntry> stream;

	private final Iterator<SignedAuditEntry> entries;

	private final long last;

	private long first;

	/** How many were given to the next batch, which may have no room for the last one. */
	private int given;

	private @Nullable SignedAuditEntry latest;

	/** Read, but not given to a batch yet. */
	private @Nullable SignedAuditEntry next;

	private @Nullable AuditLogException damage;

	DueEntries(DeliveredChain chain, long first, long last) {
		this.chain = chain;
		this.first = first;
		this.last = last;
		this.stream = chain.entries().read(first);
		this.entries = this.stream.iterator();
	}

	/**
	 * The next entries, as many as fit, and at least one.
	 * @param maxEntries how many at most
	 * @param maxBytes how large the request may be, if it holds more than one entry
	 * @throws AuditLogException if the log is damaged there
	 * @throws IllegalStateException if there is none, or it does not fit into a request
	 */
	Batch nextBatch(int maxEntries, int maxBytes) {
		SyncBatch content = fill(maxEntries, maxBytes);
		if (content.size() == 0 && peek() != null) {
			content = fill(1, SyncBatch.MAX_BODY_BYTES);
		}
		if (content.size() == 0) {
			if (this.damage != null) {
				throw this.damage;
			}
			throw new IllegalStateException("The log does not hold the entry that is due");
		}
		Batch batch = new Batch(content, this.first);
		this.first = batch.last() + 1;
		return batch;
	}

	private SyncBatch fill(int maxEntries, int maxBytes) {
		this.given = 0;
		SyncBatch content = SyncBatch.fill(this.chain.bundleId(), this.chain.deviceId(), () -> this, maxEntries,
				maxBytes);
		if (this.given > content.size()) {
			this.next = this.latest;
		}
		return content;
	}

	@Override
	public boolean hasNext() {
		return this.first + this.given <= this.last && peek() != null;
	}

	@Override
	public SignedAuditEntry next() {
		SignedAuditEntry entry = hasNext() ? peek() : null;
		if (entry == null) {
			throw new NoSuchElementException();
		}
		this.next = null;
		this.latest = entry;
		this.given++;
		return entry;
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
	 * Entries that go up at once, from a sequence number on.
	 */
	record Batch(SyncBatch content, long first) {

		long last() {
			return this.first + this.content.size() - 1;
		}

		int size() {
			return this.content.size();
		}

		boolean holds(long sequence) {
			return sequence >= this.first && sequence <= last();
		}

	}

}
