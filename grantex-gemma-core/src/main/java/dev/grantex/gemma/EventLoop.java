package dev.grantex.gemma;

import org.springframework.util.ClassUtils;
import reactor.core.scheduler.Schedulers;

/**
 * Tells the threads that serve many requests in turn, and so must not wait for anything.
 * Reactor marks its own; an application without Reactor has none that could be told.
 */
public final class EventLoop {

	private static final boolean REACTOR = ClassUtils.isPresent("reactor.core.scheduler.Schedulers",
			EventLoop.class.getClassLoader());

	private EventLoop() {
	}

	/**
	 * Whether the application can have reactive types.
	 */
	public static boolean isReactorPresent() {
		return REACTOR;
	}

	/**
	 * Whether the current thread must not wait.
	 */
	public static boolean isCurrentThread() {
		return REACTOR && Schedulers.isInNonBlockingThread();
	}

}
