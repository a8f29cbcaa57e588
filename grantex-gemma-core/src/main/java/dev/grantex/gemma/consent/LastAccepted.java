package dev.grantex.gemma.consent;

import org.jspecify.annotations.Nullable;

/**
 * Up to where the service has a chain.
 *
 * @param sequence the sequence number of the last entry it accepted, 0 for none
 * @param hash the hash of that entry, if the device has it
 */
public record LastAccepted(long sequence, @Nullable String hash) {

	public LastAccepted {
		if (sequence < 0) {
			throw new IllegalArgumentException("A sequence number is not negative");
		}
	}

}
