package dev.grantex.gemma.bundle;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The chain that a bundle's chain takes the place of: one that is stranded, or whose
 * files are gone. The first entry of the new chain says the same, so that the service
 * learns of it.
 *
 * @param bundleId the bundle of that chain, or its grant where nobody knows the bundle
 * @param reason why it was stranded
 * @param lastAcceptedSequence up to which sequence number the service has it, 0 for none
 * @param lastAcceptedHash the hash of that entry, if the device has it
 * @param lastLocalSequence the sequence number of the last entry on the device, 0 for
 * none
 * @param lastLocalHash the hash of that entry
 * @param archive the directory its files were moved to, relative to that of the log; none
 * where there were no files
 * @param archiveSha256 the SHA-256 of the file {@code SHA256SUMS} there, in lower-case
 * hexadecimal digits
 */
public record Predecessor(String bundleId, StrandingReason reason, long lastAcceptedSequence,
		@Nullable String lastAcceptedHash, long lastLocalSequence, String lastLocalHash, @Nullable String archive,
		@Nullable String archiveSha256) {

	private static final String NO_HASH = "0".repeat(16);

	public Predecessor {
		Objects.requireNonNull(bundleId, "bundleId");
		Objects.requireNonNull(reason, "reason");
		Objects.requireNonNull(lastLocalHash, "lastLocalHash");
	}

	/**
	 * A chain of which the device has nothing.
	 * @param accepted how many of its entries the service has
	 */
	public static Predecessor erased(String bundleId, long accepted) {
		return new Predecessor(bundleId, StrandingReason.DEVICE_ERASED, accepted, null, 0, NO_HASH, null, null);
	}

	/**
	 * The chain after its files were moved to an archive.
	 */
	public Predecessor archivedAs(long lastLocalSequence, String lastLocalHash, String archive, String archiveSha256) {
		return new Predecessor(this.bundleId, this.reason, this.lastAcceptedSequence, this.lastAcceptedHash,
				lastLocalSequence, lastLocalHash, archive, archiveSha256);
	}

}
