package dev.grantex.gemma.bundle;

import java.util.Objects;

/**
 * A chain whose bundle is gone, and that a new bundle's chain has to name once its files
 * are archived.
 *
 * @param grantId the grant whose entries the chain has
 * @param named what the new chain says of it; without an archive as long as the files are
 * where they were
 */
public record Orphan(String grantId, Predecessor named) {

	public Orphan {
		Objects.requireNonNull(grantId, "grantId");
		Objects.requireNonNull(named, "named");
	}

	/**
	 * Whether the files are in the archive.
	 */
	public boolean isArchived() {
		return this.named.archive() != null;
	}

}
