package dev.grantex.gemma.file;

import java.nio.file.Path;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * A file that must belong to this application alone could be changed through another name
 * or by another user. The message says what to do; the file was neither read nor written.
 */
public class UnsafeFileException extends GrantexGemmaException {

	private final Path file;

	/**
	 * Creates an exception.
	 * @param message what is unsafe, and what to do
	 * @param file the file or directory that is
	 */
	public UnsafeFileException(String message, Path file) {
		super(message);
		this.file = file;
	}

	/**
	 * What to do, with the name of the file or directory, for whoever operates the
	 * application.
	 */
	public String remedy() {
		return getMessage() + " (" + this.file + ").";
	}

}
