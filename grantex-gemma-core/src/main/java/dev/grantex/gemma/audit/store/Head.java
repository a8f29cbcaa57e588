package dev.grantex.gemma.audit.store;

/**
 * The last entry of a chain.
 *
 * @param sequence its sequence number, 0 for a chain without entries
 * @param hash its hash, 16 zeros for a chain without entries
 */
public record Head(long sequence, String hash) {

	/**
	 * The head of a chain without entries.
	 */
	public static final Head GENESIS = new Head(0, "0000000000000000");

}
