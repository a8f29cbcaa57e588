package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * A short operation on files.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
interface StorageOperation<T> {

	T run() throws IOException;

	/**
	 * File channels close when their thread is interrupted. What is stored here must not
	 * be lost to a shutdown, so the operation is begun again.
	 */
	static <T> T uninterrupted(StorageOperation<T> operation) throws IOException {
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return operation.run();
				}
				catch (ClosedByInterruptException ex) {
					interrupted |= Thread.interrupted();
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
