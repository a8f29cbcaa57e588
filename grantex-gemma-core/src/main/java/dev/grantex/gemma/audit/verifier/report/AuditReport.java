package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * What an examination of log files found. Texts that come from the files are as they
 * stand there, cut to a bounded length: whoever shows them must make them harmless, as
 * the renderings of this package do.
 *
 * @param verdict what it comes down to
 * @param verifiedAt when the examination took place, in ISO 8601
 * @param signaturesVerified whether there were public keys; without them only hashes were
 * checked, which proves consistency but not origin
 * @param entries how many entries there are in all chains
 * @param chains each chain in the files
 * @param otherSeals seals that belong to none of these chains, or cannot be read
 * @param keys the public keys that signatures were verified with
 * @param files the files in the order in which they were given
 */
public record AuditReport(Verdict verdict, String verifiedAt, boolean signaturesVerified, long entries,
		List<ChainReport> chains, List<SealReport> otherSeals, List<KeyReport> keys, List<FileReport> files) {

	public AuditReport {
		chains = List.copyOf(chains);
		otherSeals = List.copyOf(otherSeals);
		keys = List.copyOf(keys);
		files = List.copyOf(files);
	}

}
