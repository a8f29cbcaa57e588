package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;

/**
 * File channels close when a thread that uses them is interrupted. Evidence must be
 * written all the same, and the interruption reach the caller afterwards.
 */
public final class Uninterrupted {

	private static final int MAX_ATTEMPTS = 100;

	private Uninterrupted() {
	}

	/**
	 * Something that uses a file channel.
	 */
	public interface Operation {

		void run() throws IOException;

	}

	/**
	 * Runs an operation; if an interruption closed the channel under it, repairs the
	 * channel and runs it again.
	 */
	public static void run(Operation operation, Operation repair) throws IOException {
		boolean interrupted = Thread.interrupted();
		try {
			boolean repairNeeded = false;
			for (int attempt = 1;; attempt++) {
				try {
					if (repairNeeded) {
						repair.run();
						repairNeeded = false;
					}
					operation.run();
					return;
				}
				catch (ClosedChannelException ex) {
					// Another thread that used the channel may have been interrupted.
					interrupted |= Thread.interrupted() || ex instanceof ClosedByInterruptException;
					repairNeeded = true;
					if (attempt == MAX_ATTEMPTS) {
						throw ex;
					}
				}
			}
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	/**
	 * An operation that opens what it uses.
	 *
	 * @param <T> what comes of it
	 */
	interface Attempt<T> {

		T run() throws IOException;

	}

	/**
	 * Makes an attempt, and begins again as often as an interruption closes what it has
	 * opened: what is stored must not be lost to a shutdown.
	 */
	static <T> T again(Attempt<T> operation) throws IOException {
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

	/**
	 * Takes a lock, or gives up after a while, or when the thread is interrupted, which
	 * it stays.
	 */
	public static boolean tryLock(Lock lock, Duration longest) {
		try {
			return lock.tryLock() || (longest.toNanos() > 0 && lock.tryLock(longest.toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * Does something while the thread is not interrupted. An interruption waits until it
	 * is over.
	 */
	public static <T> T get(Supplier<T> operation) {
		boolean interrupted = Thread.interrupted();
		try {
			return operation.get();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
