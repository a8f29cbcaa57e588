package dev.grantex.gemma.cloud;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what time it is at the service (header {@code Date}, RFC 9110 section 5.6.7).
 */
final class ServiceTime {

	private static final Log logger = LogFactory.getLog(ServiceTime.class);

	private final List<Consumer<Instant>> listeners = new CopyOnWriteArrayList<>();

	void tell(Consumer<Instant> listener) {
		this.listeners.add(listener);
	}

	void report(ApiAnswer answer) {
		Instant time = parse(answer.date());
		if (time != null) {
			this.listeners.forEach((listener) -> report(time, listener));
		}
	}

	private static void report(Instant time, Consumer<Instant> listener) {
		try {
			listener.accept(time);
		}
		catch (RuntimeException ex) {
			// The answer may hold a key that exists nowhere else, so it is not given up.
			logger.warn("The service's time could not be taken over", ex);
		}
	}

	private static @Nullable Instant parse(@Nullable String date) {
		try {
			return (date != null) ? ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant() : null;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
