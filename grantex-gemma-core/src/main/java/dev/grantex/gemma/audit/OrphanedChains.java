package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

import dev.grantex.gemma.audit.store.AuditStore;

/**
 * Finds the chains in the directory of an audit log of which no bundle is stored.
 */
public final class OrphanedChains {

	private final AuditStore store;

	/**
	 * Creates the search.
	 * @param file the log's active file
	 */
	public OrphanedChains(Path file) {
		this.store = AuditLogBuilder.store(file);
	}

	/**
	 * Finds the chains that have entries, or a seal that counts some. Files with entries
	 * are looked at where they begin and end; those that a log has open are not touched.
	 * @param stored the grants of the bundles that are stored
	 * @param current whether a current bundle is stored, which the active file is left to
	 * @return the chains, in the order of their grants
	 * @throws AuditLogException if a file cannot be read, or is not safe from others, or
	 * somebody has the active file locked that no current bundle has
	 */
	public List<OrphanedChain> find(Set<String> stored, boolean current) {
		return Stored.get(() -> this.store.chains(EntryCodec.WITHOUT_KEYS, stored, current))
			.stream()
			.map(OrphanedChain::new)
			.toList();
	}

}
