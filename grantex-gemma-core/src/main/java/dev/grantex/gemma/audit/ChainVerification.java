package dev.grantex.gemma.audit;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.HashChainException;

/**
 * What the verification of a chain found.
 *
 * @param valid whether every entry holds
 * @param brokenAt the index, from 0, of the first line that does not hold; -1 if all do
 * @param reason why that line does not hold, in constant words; absent if all do
 * @param entries how many entries hold before the first that does not
 * @param ambiguous the indexes, from 0, of entries that hold but have a separator inside
 * a field, so that another entry would have the same hash; the first
 * {@value ChainVerifier#MAX_AMBIGUOUS} of them, so that memory stays bounded
 */
public record ChainVerification(boolean valid, int brokenAt, @Nullable String reason, int entries,
		List<Integer> ambiguous) {

	public ChainVerification {
		ambiguous = List.copyOf(ambiguous);
	}

	/**
	 * Demands that every entry holds.
	 * @throws HashChainException if one does not
	 */
	public void requireValid() {
		if (!this.valid) {
			throw new HashChainException("The audit chain is broken at entry " + this.brokenAt + ": " + this.reason);
		}
	}

}
