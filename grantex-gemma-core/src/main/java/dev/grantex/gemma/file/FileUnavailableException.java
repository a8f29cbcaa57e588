package dev.grantex.gemma.file;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * A file could not be read or written, for instance because of its permissions or a full
 * or failing disk. Says nothing about the file's content.
 */
public class FileUnavailableException extends GrantexGemmaException {

	/**
	 * Creates the exception.
	 * @param message what could not be done
	 * @param cause the failure, whose message may name the file
	 */
	public FileUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
