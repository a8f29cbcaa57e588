package dev.grantex.gemma;

import org.jspecify.annotations.Nullable;

/**
 * A stored consent bundle is damaged, was altered, or was encrypted with another key.
 */
public class BundleTamperedException extends GrantexGemmaException {

	public BundleTamperedException(String message) {
		super(message);
	}

	public BundleTamperedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
