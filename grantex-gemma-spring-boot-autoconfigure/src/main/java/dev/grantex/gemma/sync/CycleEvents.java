package dev.grantex.gemma.sync;

import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Tells of a cycle's events. What a listener throws cannot disturb the cycle.
 */
final class CycleEvents implements Consumer<Object> {

	private static final Log logger = LogFactory.getLog(CycleEvents.class);

	private final Consumer<Object> listener;

	CycleEvents(Consumer<Object> listener) {
		this.listener = listener;
	}

	@Override
	public void accept(Object event) {
		try {
			this.listener.accept(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener of synchronization failed", ex);
		}
	}

}
