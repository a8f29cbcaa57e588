package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * What an examination of log files found. Texts that come from the files are as they
 * stand there, cut to a bounded length: whoever shows them must make them harmless, as
 * the renderings of this package do. The names of the components, of this and of the
 * records in it, are those of the JSON report; times are in ISO 8601.
 *
 * @param signaturesVerified whether there were public keys; without them only hashes were
 * checked, which proves consistency but not origin
 * @param otherSeals seals that belong to none of these chains, or cannot be read
 * @param files the files in the order in which they were given
 */
public record AuditReport(Verdict verdict, String verifiedAt, boolean signaturesVerified, long entries,
		List<ChainReport> chains, List<SealReport> otherSeals, List<KeyReport> keys, List<FileReport> files) {

	/**
	 * What an examination comes down to.
	 */
	public enum Verdict {

		/** Everything that was examined holds. */
		HOLDS,
		/**
		 * Nothing contradicts the log, but it has no entries that could prove anything.
		 */
		EMPTY,
		/** Something was changed, removed, put in or damaged, or is not signed. */
		BROKEN

	}

	/**
	 * A public key that signatures were verified with.
	 *
	 * @param fingerprint the lower-case hex SHA-256 of its SubjectPublicKeyInfo in DER
	 * @param source the file it came from
	 */
	public record KeyReport(String fingerprint, String source, long entries) {
	}

	/**
	 * A file that was given.
	 *
	 * @param lines how many complete lines it has
	 * @param unfinishedLastLine whether a last line follows that was not written
	 * completely, as a crash leaves it; it was never acknowledged and counts as no entry
	 */
	public record FileReport(String file, FileState state, long bytes, long lines, boolean unfinishedLastLine) {
	}

	/**
	 * What a file is.
	 */
	public enum FileState {

		/** It holds entries. */
		ENTRIES,
		/** It has no complete line. */
		EMPTY,
		/** It was given before under this or another name, and was read once. */
		GIVEN_TWICE,
		/** It has lines, but none of them is an audit entry. */
		NO_ENTRIES

	}

}
