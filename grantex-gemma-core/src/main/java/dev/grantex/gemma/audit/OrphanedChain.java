package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.ChainSummary;
import dev.grantex.gemma.audit.store.FoundChain;

/**
 * A chain in the directory of the audit log whose bundle is gone, and with it every key:
 * its seal can be read, but nobody can tell whether it is true, and its entries can only
 * be shown as they are.
 */
public final class OrphanedChain {

	private final FoundChain found;

	private final ChainSummary summary;

	OrphanedChain(FoundChain found) {
		this.found = found;
		this.summary = found.summary();
	}

	/**
	 * Finds the chains of which no bundle is stored: those that have entries, or a seal
	 * that counts some. Files with entries are looked at where they begin and end; those
	 * that a log has open are not touched.
	 * @param file the active file of the log beside which they are
	 * @param stored the grants of the bundles that are stored
	 * @param current whether a current bundle is stored, which the active file is left to
	 * @return the chains, in the order of their grants
	 * @throws AuditLogException if a file cannot be read, or is not safe from others, or
	 * somebody has the active file locked that no current bundle has
	 */
	public static List<OrphanedChain> find(Path file, Set<String> stored, boolean current) {
		AuditStore store = AuditLogBuilder.store(file);
		return Stored.get(() -> store.chains(EntryCodec.WITHOUT_KEYS, stored, current))
			.stream()
			.map(OrphanedChain::new)
			.toList();
	}

	public String grantId() {
		return this.summary.owner();
	}

	/**
	 * The bundle that the chain's seal names.
	 */
	public @Nullable String sealedBundleId() {
		return (this.summary.seal() != null) ? this.summary.seal().id() : null;
	}

	/**
	 * The agent that the entries name, if there are any.
	 */
	public @Nullable String agentDid() {
		return this.summary.author();
	}

	public long headSequence() {
		return this.summary.head();
	}

	/**
	 * The last sequence number that is on disk, 0 if none is.
	 */
	public long lastSequence() {
		return this.summary.last().sequence();
	}

	public String lastHash() {
		return this.summary.last().hash();
	}

	public long entries() {
		return this.summary.lines();
	}

	public boolean isDeliveredBySeal() {
		return this.summary.isDelivered();
	}

	/**
	 * Opens the chain to read its entries. No log of it can be opened until that is
	 * closed.
	 * @return the entries, to be closed
	 * @throws AuditLogException if a log has the chain open, or a file cannot be read
	 */
	public ProvablePrefix open() {
		String bundleId = Objects.requireNonNullElse(sealedBundleId(), grantId());
		return new ProvablePrefix(bundleId, grantId(), EntryCodec.WITHOUT_KEYS, null, Stored.get(this.found::open));
	}

	/**
	 * Whether it is the same chain, in the same condition, wherever its files are by now.
	 */
	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof OrphanedChain that && this.summary.equals(that.summary);
	}

	@Override
	public int hashCode() {
		return this.summary.hashCode();
	}

}
