package dev.grantex.gemma.audit;

import java.util.Objects;

/**
 * What became of a chain that cannot go on: its files, unchanged, with the public keys
 * that verify them, in a directory of their own.
 *
 * @param name the directory, relative to that of the audit log, with {@code /} between
 * names: {@code archive/<bundle id>}
 * @param sha256 the SHA-256 of the file {@code SHA256SUMS} in the directory, as 64
 * lower-case hex digits. That file lists the SHA-256 of every other file there, in the
 * format of the {@code sha256sum} command
 * @param lastSequence the sequence number of the last entry that could be read, or else
 * of the last one that the seal knows of, 0 if there is none
 * @param lastHash the hash of that entry, 16 zeros if there is none
 */
public record ArchivedChain(String name, String sha256, long lastSequence, String lastHash) {

	public ArchivedChain {
		Objects.requireNonNull(name, "name");
		Objects.requireNonNull(sha256, "sha256");
		Objects.requireNonNull(lastHash, "lastHash");
	}

}
