package dev.grantex.gemma;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * A line of the application's log that somebody else can cause as often as they like: a
 * call, a token, an entry, a request. It is written once a minute at most. The next one
 * that is written says how many were left out since; until then that is not to be seen,
 * because nothing is written at the end of a minute. The stack trace of a failure is in
 * the first line only, and in the first one of a failure of another class; the others
 * name the class.
 * <p>
 * Such a line belongs to one cause, and causes come from a closed set, never from what a
 * caller has sent. Safe for use by several threads, none of which waits for another. A
 * clock that is set by a minute or more, forwards or back, lets the next line through, so
 * that none keeps it silent for longer than two minutes.
 */
public final class ThrottledLine {

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final Log log;

	private final Clock clock;

	private final AtomicReference<@Nullable Instant> last = new AtomicReference<>();

	private final AtomicLong leftOut = new AtomicLong();

	private volatile @Nullable Class<?> traced;

	/**
	 * Creates a line that has not been written yet, by the system's clock.
	 * @param log where it is written
	 */
	public ThrottledLine(Log log) {
		this(log, Clock.systemUTC());
	}

	/**
	 * Creates a line that has not been written yet.
	 * @param log where it is written
	 * @param clock tells when a minute is over
	 */
	public ThrottledLine(Log log, Clock clock) {
		this.log = log;
		this.clock = clock;
	}

	/**
	 * Creates a line for each of several causes.
	 * @param causes all of them
	 * @param log where they are written
	 * @param clock tells when a minute is over
	 */
	public static <C extends Enum<C>> Map<C, ThrottledLine> forEach(Class<C> causes, Log log, Clock clock) {
		Map<C, ThrottledLine> lines = new EnumMap<>(causes);
		for (C cause : causes.getEnumConstants()) {
			lines.put(cause, new ThrottledLine(log, clock));
		}
		return Collections.unmodifiableMap(lines);
	}

	/**
	 * Writes it as an error, unless that was done within the last minute.
	 * @param failure what went wrong, or {@code null} if the text says it all
	 */
	public void error(Supplier<String> text, @Nullable Throwable failure) {
		write(this.log::error, text, failure);
	}

	/**
	 * Writes it as a warning, unless that was done within the last minute.
	 * @param failure what went wrong, or {@code null} if the text says it all
	 */
	public void warn(Supplier<String> text, @Nullable Throwable failure) {
		write(this.log::warn, text, failure);
	}

	/**
	 * Writes it as an information, unless that was done within the last minute.
	 */
	public void info(Supplier<String> text) {
		write(this.log::info, text, null);
	}

	/**
	 * Writes it for who looks for an error, unless that was done within the last minute.
	 * @param failure what went wrong, or {@code null} if the text says it all
	 */
	public void debug(Supplier<String> text, @Nullable Throwable failure) {
		if (this.log.isDebugEnabled()) {
			write(this.log::debug, text, failure);
		}
	}

	private void write(BiConsumer<Object, @Nullable Throwable> level, Supplier<String> text,
			@Nullable Throwable failure) {
		if (!isDue()) {
			this.leftOut.incrementAndGet();
			return;
		}
		long before = this.leftOut.getAndSet(0);
		boolean written = false;
		try {
			boolean isTraced = failure == null || failure.getClass() != this.traced;
			level.accept(text.get() + addition(before, isTraced ? null : failure), isTraced ? failure : null);
			this.traced = (failure != null) ? failure.getClass() : this.traced;
			written = true;
		}
		finally {
			if (!written) {
				this.leftOut.addAndGet(before + 1);
			}
		}
	}

	/**
	 * Whether the line is this thread's to be written.
	 */
	private boolean isDue() {
		Instant written = this.last.get();
		Instant now = this.clock.instant();
		return (written == null || Duration.between(written, now).abs().compareTo(PAUSE) >= 0)
				&& this.last.compareAndSet(written, now);
	}

	private static String addition(long before, @Nullable Throwable untraced) {
		StringBuilder addition = new StringBuilder();
		if (untraced != null) {
			addition.append(" [").append(untraced.getClass().getName()).append("]");
		}
		if (before > 0) {
			addition.append(" [").append(before).append(" more left out since the last such line]");
		}
		return addition.toString();
	}

}
