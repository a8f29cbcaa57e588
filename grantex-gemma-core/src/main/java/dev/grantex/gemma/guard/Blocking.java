package dev.grantex.gemma.guard;

import java.util.concurrent.RejectedExecutionException;

import reactor.core.scheduler.Schedulers;

import dev.grantex.gemma.EventLoop;

/**
 * Runs what forces bytes to disk where that may be done: on the thread itself, or on a
 * worker if the thread is an event loop or its stack has come to its end. A task that was
 * begun is never interrupted, because an interrupt closes the file that is being written.
 */
final class Blocking {

	private Blocking() {
	}

	static void run(Runnable task) {
		if (!EventLoop.isCurrentThread() && StackRoom.isEnough()) {
			task.run();
			return;
		}
		try {
			if (EventLoop.isReactorPresent()) {
				Schedulers.boundedElastic().schedule(task);
			}
			else {
				start(task, "grantex-evidence");
			}
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
		start(task, "grantex-revocation");
	}

	private static void start(Runnable task, String name) {
		Thread thread = new Thread(null, task, name, 0, false);
		thread.setDaemon(true);
		thread.start();
	}

}
