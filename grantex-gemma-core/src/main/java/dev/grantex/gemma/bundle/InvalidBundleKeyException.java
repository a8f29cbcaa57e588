package dev.grantex.gemma.bundle;

/**
 * A setting for the key of bundle files cannot be used. The message never holds the
 * value.
 */
public class InvalidBundleKeyException extends IllegalArgumentException {

	public InvalidBundleKeyException(String message) {
		super(message);
	}

}
