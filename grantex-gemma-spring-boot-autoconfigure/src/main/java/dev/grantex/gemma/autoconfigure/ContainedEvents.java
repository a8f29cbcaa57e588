package dev.grantex.gemma.autoconfigure;

import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes events to the application, whose listeners must not be able to stop
 * synchronization or the start.
 */
class ContainedEvents implements Consumer<Object> {

	private static final Log logger = LogFactory.getLog(ContainedEvents.class);

	private final ApplicationEventPublisher publisher;

	ContainedEvents(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void accept(Object event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException ex) {
			logger.warn("A listener failed to handle " + event.getClass().getSimpleName(), ex);
		}
	}

}
