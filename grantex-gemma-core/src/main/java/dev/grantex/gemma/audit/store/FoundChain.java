package dev.grantex.gemma.audit.store;

/**
 * A chain that was found.
 */
public interface FoundChain {

	/**
	 * What there was of it then.
	 */
	ChainSummary summary();

	/**
	 * Opens that.
	 * @throws StoreException if the chain is open, or something of it cannot be read
	 */
	SavedLines open();

}
