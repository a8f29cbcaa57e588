package dev.grantex.gemma.audit;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.bundle.OfflineAuditKey;

/**
 * What can be proven of a chain whose log does not open any more, or must not go on: its
 * entries up to the last one before anything is missing, damaged, or not signed with one
 * of the chain's keys. If those are gone with the bundle, who signed the entries is not
 * known. Reading changes nothing on disk. No log of the chain can be opened until it is
 * closed. Safe for use by several threads.
 */
public final class ProvablePrefix implements AutoCloseable {

	private final String bundleId;

	private final String grantId;

	private final EntryCodec codec;

	private final @Nullable OfflineAuditKey key;

	private final SavedLines chain;

	private volatile boolean closed;

	ProvablePrefix(String bundleId, String grantId, EntryCodec codec, @Nullable OfflineAuditKey key, SavedLines chain) {
		this.bundleId = bundleId;
		this.grantId = grantId;
		this.codec = codec;
		this.key = key;
		this.chain = chain;
	}

	/**
	 * The id of the bundle, or what else the chain is called.
	 */
	public String bundleId() {
		return this.bundleId;
	}

	/**
	 * The sequence number of the first entry that should be there: 1, or a later one if
	 * the seal states that those before were deleted. If there is no seal any more, it is
	 * that of the first entry on disk.
	 */
	public long firstSequence() {
		return this.chain.first();
	}

	/**
	 * Reads the entries that can be proven from one on, in constant memory. The stream
	 * must be closed. It ends, without an exception, before the first entry that is
	 * missing, incomplete, not exactly as it would be written, of another grant, not
	 * linked to the one before, or not signed with one of the chain's keys; it is empty
	 * if that is true of the first one wanted. What comes before that one, which the
	 * service has, need not be there or undamaged.
	 * @param fromSequence the first sequence number wanted, from 1; entries that are no
	 * longer kept are left out
	 * @return the entries in order, without a gap
	 * @throws IllegalArgumentException if the sequence number is not positive
	 * @throws AuditLogException if it is closed, or a file cannot be read, also from the
	 * stream
	 */
	public Stream<SignedAuditEntry> read(long fromSequence) {
		if (fromSequence < 1) {
			throw new IllegalArgumentException("A sequence number is at least 1");
		}
		requireOpen();
		long from = Math.max(fromSequence, firstSequence());
		try {
			return new EntryReader(this.chain.read(from), from).provable(hashBefore(from), this::isOwn,
					this::requireOpen);
		}
		catch (StoreException ex) {
			throw unreadable(ex);
		}
	}

	/**
	 * The entry signed with the current key, as the service wants it after a refresh.
	 * @throws AuditLogException if the entry is not as one of the chain's keys has signed
	 * it, or there is no key any more
	 */
	public SignedAuditEntry resign(SignedAuditEntry entry) {
		if (!this.codec.haveSigned(entry)) {
			throw AuditLogException.of(Fault.CORRUPTED);
		}
		if (this.key == null) {
			throw EntrySigner.unusable();
		}
		return entry.withSignature(EntrySigner.of(this.key).sign(entry.hash()));
	}

	/**
	 * Lets the chain's log be opened again, or be archived.
	 */
	@Override
	public synchronized void close() {
		if (!this.closed) {
			this.closed = true;
			Stored.run(this.chain::close);
		}
	}

	static AuditLogException unreadable(StoreException failure) {
		boolean lost = failure.fault() == Fault.UNREADABLE || failure.fault() == Fault.MISSING;
		return lost ? new AuditLogException(AuditLogException.LOG_CORRUPTED, "The audit log could not be read",
				failure.getCause()) : Stored.told(failure);
	}

	private void requireOpen() {
		if (this.closed) {
			throw AuditLogException.of(Fault.CLOSED);
		}
	}

	private boolean isOwn(SignedAuditEntry entry) {
		return entry.grantId().equals(this.grantId) && this.codec.haveSigned(entry);
	}

	/**
	 * The hash that an entry must be linked to, unless the entry before tells it, or null
	 * if nothing does.
	 */
	private @Nullable String hashBefore(long from) {
		Head start = this.chain.start();
		if (start != null && start.sequence() == from - 1) {
			return start.hash();
		}
		return (from == 1) ? Head.GENESIS.hash() : null;
	}

}
