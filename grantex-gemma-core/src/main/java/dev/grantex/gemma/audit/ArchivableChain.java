package dev.grantex.gemma.audit;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * A chain whose files go into an archive.
 *
 * @param names the names of its files
 * @param grantId the grant whose entries it has
 * @param archiveName what its archive is named after: its bundle's id, if that is known
 * @param publicKeys the public keys that verify it in one file, or null if they are gone
 * @param credible whether what a seal states of it is to be believed
 */
record ArchivableChain(SegmentNames names, String grantId, String archiveName, @Nullable String publicKeys,
		Predicate<SealFile.Slot> credible) {

	static ArchivableChain of(BundleChain chain) {
		return new ArchivableChain(chain.names(), chain.grantId(), chain.bundle().bundleId(), chain.publicKeyFile(),
				(slot) -> slot.isSignedBy(chain.keys()));
	}

	/**
	 * A chain whose bundle is gone: nobody can tell whether its seal is true.
	 */
	static ArchivableChain orphaned(SegmentNames names, String grantId, String archiveName) {
		return new ArchivableChain(names, grantId, archiveName, null,
				(slot) -> slot.statement().grantId().equals(grantId));
	}

}
