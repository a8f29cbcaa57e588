package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A chain in the directory of the audit log whose bundle is gone, and with it every key:
 * its seal can be read, but nobody can tell whether it is true, and its entries can only
 * be shown as they are.
 */
public final class OrphanedChain {

	private final SegmentNames names;

	private final String grantId;

	private final @Nullable String agentDid;

	private final @Nullable SealRecord seal;

	private final NavigableMap<Long, Path> files;

	private final ChainHead last;

	/**
	 * Creates a chain.
	 * @param agentDid the agent that its entries name
	 * @param seal what its seal states, if there is a readable one
	 * @param files the files with entries by their first sequence numbers
	 * @param last the last entry on disk
	 */
	OrphanedChain(SegmentNames names, String grantId, @Nullable String agentDid, @Nullable SealRecord seal,
			NavigableMap<Long, Path> files, ChainHead last) {
		this.names = names;
		this.grantId = grantId;
		this.agentDid = agentDid;
		this.seal = seal;
		this.files = files;
		this.last = last;
	}

	/**
	 * The grant whose entries the chain has.
	 */
	public String grantId() {
		return this.grantId;
	}

	/**
	 * The bundle that the chain's seal names.
	 */
	public @Nullable String sealedBundleId() {
		return (this.seal != null) ? this.seal.bundleId() : null;
	}

	/**
	 * The agent that the entries name, if there are any.
	 */
	public @Nullable String agentDid() {
		return this.agentDid;
	}

	/**
	 * The last sequence number that is on disk or that the seal counts.
	 */
	public long headSequence() {
		return Math.max(this.last.sequence(), (this.seal != null) ? this.seal.end().head().sequence() : 0);
	}

	/**
	 * The last sequence number that is on disk, 0 if none is.
	 */
	public long lastSequence() {
		return this.last.sequence();
	}

	/**
	 * The hash of that entry, 16 zeros if there is none.
	 */
	public String lastHash() {
		return this.last.hash();
	}

	/**
	 * The first sequence number that is on disk, 1 if none is.
	 */
	public long firstSequence() {
		return this.files.isEmpty() ? 1 : this.files.firstKey();
	}

	/**
	 * How many entries there are, on disk or by the seal, as far as files were not
	 * deleted after the service had accepted them.
	 */
	public long entries() {
		long before = this.files.isEmpty() ? Long.MAX_VALUE : this.files.firstKey() - 1;
		long start = (this.seal != null) ? this.seal.start().sequence() : Long.MAX_VALUE;
		return Math.max(0, headSequence() - Math.min(before, start));
	}

	/**
	 * Whether the chain's seal states that the service has all of it, and the files end
	 * where it says.
	 */
	public boolean isDeliveredBySeal() {
		return this.seal != null && this.seal.isDelivered()
				&& (this.files.isEmpty() || this.last.equals(this.seal.end().head()));
	}

	/**
	 * Opens the chain to read its entries. No log of it can be opened until that is
	 * closed.
	 * @return the entries, to be closed
	 * @throws AuditLogException if a log has the chain open, or a file cannot be read
	 */
	public OrphanedEntries open() {
		return Uninterrupted.get(() -> {
			try {
				boolean hasActive = this.files.containsValue(this.names.active());
				return new OrphanedEntries(this, LogLocks.acquire(this.names, this.grantId, !hasActive));
			}
			catch (IOException ex) {
				throw AuditLogException.unwritable(ex);
			}
		});
	}

	/**
	 * Reads entries from one on, up to the last one that is whole and linked to the one
	 * before. Who signed them is not known.
	 */
	Stream<SignedAuditEntry> read(long from, Runnable guard) {
		Long first = this.files.floorKey(from - 1);
		List<Path> relevant = new ArrayList<>(
				((first != null) ? this.files.tailMap(first, true) : this.files).values());
		String before = (from == 1) ? WireForm.GENESIS : null;
		return new ProvableEntries(this::isWhole, relevant, from, before, guard).stream();
	}

	private boolean isWhole(SignedAuditEntry entry) {
		return entry.grantId().equals(this.grantId) && HashChain.computeHash(entry).equals(entry.hash());
	}

	/**
	 * Whether it is the same chain, in the same condition, wherever its files are by now.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof OrphanedChain that && this.grantId.equals(that.grantId)
				&& Objects.equals(this.seal, that.seal) && this.files.keySet().equals(that.files.keySet())
				&& this.last.equals(that.last);
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.grantId, this.seal, this.files.keySet(), this.last);
	}

}
