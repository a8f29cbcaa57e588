package dev.grantex.gemma.audit;

/**
 * The last entry of a chain.
 *
 * @param sequence its sequence number, 0 for a chain without entries
 * @param hash its hash, 16 zeros for a chain without entries
 */
public record ChainHead(long sequence, String hash) {

	public static final ChainHead GENESIS = new ChainHead(0, WireForm.GENESIS);

	static ChainHead of(SignedAuditEntry entry) {
		return new ChainHead(entry.seq(), entry.hash());
	}

}
