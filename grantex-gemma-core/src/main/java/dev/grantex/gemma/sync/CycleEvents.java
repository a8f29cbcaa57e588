package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.ThrottledLine;

/**
 * Tells of a cycle's events. What a listener throws cannot disturb the cycle. One cycle
 * at a time tells of something; others may look how long that takes.
 */
final class CycleEvents implements Consumer<Object> {

	private static final Log logger = LogFactory.getLog(CycleEvents.class);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Consumer<Object> listener;

	/** How long a listener may take before nobody waits for it any more. */
	private final Duration patience;

	private volatile Runnable watcher = () -> {
	};

	/** By the system's timer, while a listener is told. */
	private volatile @Nullable Long told;

	private final ThrottledLine failed = new ThrottledLine(logger);

	CycleEvents(Consumer<Object> listener) {
		this(listener, PATIENCE);
	}

	CycleEvents(Consumer<Object> listener, Duration patience) {
		this.listener = listener;
		this.patience = patience;
	}

	/**
	 * Sets who is told that a listener is about to be told.
	 */
	void watch(Runnable watcher) {
		this.watcher = watcher;
	}

	/**
	 * Whether a listener is told of something at this moment.
	 */
	boolean areTold() {
		return this.told != null;
	}

	/**
	 * Whether a listener keeps the cycle under way from going on, perhaps because it
	 * waits for another one.
	 */
	boolean areHeldUp() {
		Long since = this.told;
		return since != null && System.nanoTime() - since > this.patience.toNanos();
	}

	@Override
	public void accept(Object event) {
		this.told = System.nanoTime();
		this.watcher.run();
		try {
			this.listener.accept(event);
		}
		catch (Throwable ex) {
			this.failed.warn(() -> "A listener of synchronization failed", ex);
		}
		finally {
			this.told = null;
		}
	}

}
