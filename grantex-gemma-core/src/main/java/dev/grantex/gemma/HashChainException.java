package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * An audit log does not form the hash chain it claims to be.
 */
public class HashChainException extends GrantexGemmaException {

	public HashChainException(String message) {
		super(message);
	}

	public HashChainException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
