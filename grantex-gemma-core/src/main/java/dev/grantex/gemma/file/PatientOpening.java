package dev.grantex.gemma.file;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Opens what may keep whoever opens it waiting for ever, as a named pipe does until
 * somebody writes to it. Nothing can call such an opening off, so a thread of its own
 * makes it, and who asked for it waits five seconds at most.
 */
public final class PatientOpening {

	private static final Duration PATIENCE = Duration.ofSeconds(5);

	/** Process-wide, as threads are: each that still waits takes one. */
	private static final Semaphore OPENERS = new Semaphore(16);

	private PatientOpening() {
	}

	/**
	 * Opens a file.
	 *
	 * @param <T> what is open then
	 */
	@FunctionalInterface
	public interface Opening<T extends Closeable> {

		T open() throws IOException;

	}

	/**
	 * Opens a file.
	 * @param opening opens it, on another thread
	 * @return what was opened; what is opened too late is closed again
	 * @throws IOException if that fails, or takes more than five seconds
	 */
	public static <T extends Closeable> T of(Opening<T> opening) throws IOException {
		return of(opening, PATIENCE);
	}

	static <T extends Closeable> T of(Opening<T> opening, Duration patience) throws IOException {
		CompletableFuture<T> opened = new CompletableFuture<>();
		if (!OPENERS.tryAcquire()) {
			throw new IOException("Too many files are waited for");
		}
		try {
			Thread opener = new Thread(() -> open(opening, opened), "grantex-gemma-opening");
			opener.setDaemon(true);
			opener.start();
		}
		catch (Error ex) {
			OPENERS.release();
			throw ex;
		}
		return await(opened, patience);
	}

	private static <T extends Closeable> void open(Opening<T> opening, CompletableFuture<T> opened) {
		try {
			T channel = opening.open();
			if (!opened.complete(channel)) {
				channel.close();
			}
		}
		catch (Throwable ex) {
			opened.completeExceptionally(ex);
		}
		finally {
			OPENERS.release();
		}
	}

	private static <T> T await(CompletableFuture<T> opened, Duration patience) throws IOException {
		long end = System.nanoTime() + patience.toNanos();
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return opened.get(end - System.nanoTime(), TimeUnit.NANOSECONDS);
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
				catch (TimeoutException ex) {
					opened.completeExceptionally(new IOException("A file could not be opened in time"));
				}
			}
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof IOException cause) ? cause : new IOException(ex.getCause());
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
