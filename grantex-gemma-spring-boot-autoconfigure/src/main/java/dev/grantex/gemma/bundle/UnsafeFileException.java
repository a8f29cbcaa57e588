package dev.grantex.gemma.bundle;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * A file that must belong to this application alone could be changed through another name
 * or by another user. The message says what to do; the file was neither read nor written.
 */
public class UnsafeFileException extends GrantexGemmaException {

	public UnsafeFileException(String message) {
		super(message);
	}

}
