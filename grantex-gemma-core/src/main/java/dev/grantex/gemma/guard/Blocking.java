package dev.grantex.gemma.guard;

import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Runs what forces bytes to disk where that may be done: on the thread itself, or on a
 * worker if the thread is an event loop or its stack has come to its end. A task that was
 * begun is never interrupted, because an interrupt closes the file that is being written.
 */
final class Blocking {

	private Blocking() {
	}

	/**
	 * Whether the current thread must not wait.
	 */
	static boolean isForbiddenHere() {
		return Schedulers.isInNonBlockingThread();
	}

	static void run(Runnable task) {
		if (!isForbiddenHere() && StackRoom.isEnough()) {
			task.run();
			return;
		}
		try {
			Schedulers.boundedElastic().schedule(task);
		}
		catch (RejectedExecutionException | OutOfMemoryError ex) {
			// No worker is free, or can be had: evidence comes before latency.
			task.run();
		}
	}

	/**
	 * Runs what may wait for whatever the application does, on a thread of its own: the
	 * workers may all be taken by calls that never end.
	 */
	static void apart(Runnable task) {
		Thread thread = new Thread(null, task, "grantex-revocation", 0, false);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * The same as a publisher of the outcome. Cancelling it does not stop the task.
	 */
	static <T> Mono<T> call(Callable<T> task) {
		return Mono.create((sink) -> run(() -> {
			try {
				sink.success(task.call());
			}
			catch (Throwable ex) {
				sink.error(ex);
			}
		}));
	}

	static Mono<Void> execute(Runnable task) {
		return call(() -> {
			task.run();
			return null;
		});
	}

}
