package dev.grantex.gemma.bundle;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * The stranded chain that a bundle's chain takes the place of. The first entry of the new
 * chain says the same, so that the service learns of it.
 *
 * @param bundleId the bundle of the stranded chain
 * @param reason why it was stranded
 * @param lastAcceptedSequence up to which sequence number the service has it, 0 for none
 * @param lastAcceptedHash the hash of that entry, if the device has it
 * @param lastLocalSequence the sequence number of the last entry on the device, 0 for
 * none
 * @param lastLocalHash the hash of that entry
 * @param archive the directory its files were moved to, relative to that of the log
 * @param archiveSha256 the SHA-256 of the file {@code SHA256SUMS} there, in lower-case
 * hexadecimal digits
 */
public record Predecessor(String bundleId, StrandingReason reason, long lastAcceptedSequence,
		@Nullable String lastAcceptedHash, long lastLocalSequence, String lastLocalHash, String archive,
		String archiveSha256) {

	public Predecessor {
		Objects.requireNonNull(bundleId, "bundleId");
		Objects.requireNonNull(reason, "reason");
		Objects.requireNonNull(lastLocalHash, "lastLocalHash");
		Objects.requireNonNull(archive, "archive");
		Objects.requireNonNull(archiveSha256, "archiveSha256");
	}

}
