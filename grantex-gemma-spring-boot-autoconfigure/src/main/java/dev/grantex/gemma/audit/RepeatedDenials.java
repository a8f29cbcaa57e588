package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Keeps equal denials from filling the log: of those beyond {@value #MAX_EACH} a minute
 * one entry tells, whose metadata counts them in the member {@value #MEMBER}. Takes
 * bounded memory, whatever is denied to however many callers. Safe for use by several
 * threads.
 */
final class RepeatedDenials {

	static final String MEMBER = "count";

	static final int MAX_EACH = 10;

	static final Duration WINDOW = Duration.ofMinutes(1);

	/** Callers with grants of their own are as many as they like. */
	static final int MAX_KINDS = 1000;

	/** In characters. */
	private static final long MAX_HELD = 1024 * 1024;

	private final Map<DenialKind, Window> windows = new HashMap<>();

	private long held;

	private boolean closed;

	/**
	 * Denials that were counted only.
	 *
	 * @param kind what they have in common
	 * @param count how many there were
	 */
	record Counted(DenialKind kind, long count) {
	}

	/**
	 * Takes note of a denial.
	 * @return whether it is to be recorded itself, because it is not counted
	 */
	synchronized boolean isDistinct(DenialKind kind, Instant now) {
		return this.closed || window(kind, now).admit();
	}

	/**
	 * Whether there is something that was counted only.
	 */
	synchronized boolean hasCounted() {
		return this.windows.values().stream().anyMatch((window) -> window.counted > 0);
	}

	/**
	 * Takes out what was counted in windows that have ended.
	 */
	synchronized List<Counted> takeEnded(Instant now) {
		List<Counted> counted = new ArrayList<>();
		this.windows.entrySet().removeIf((entry) -> {
			Window window = entry.getValue();
			boolean ended = this.closed || window.hasEndedAt(now);
			if (ended) {
				this.held -= window.length;
			}
			if (ended && window.counted > 0) {
				counted.add(new Counted(entry.getKey(), window.counted));
			}
			return ended;
		});
		return counted;
	}

	/**
	 * Takes out what was counted so far. Its windows go on.
	 */
	synchronized List<Counted> takeCounted() {
		List<Counted> counted = new ArrayList<>();
		this.windows.forEach((kind, window) -> {
			if (window.counted > 0) {
				counted.add(new Counted(kind, window.counted));
				window.counted = 0;
			}
		});
		return counted;
	}

	/**
	 * Puts back what could not be recorded.
	 */
	synchronized void putBack(List<Counted> counted, Instant now) {
		counted.forEach((denials) -> window(denials.kind(), now).counted += denials.count());
	}

	/**
	 * Counts nothing any more.
	 * @return everything that was counted
	 */
	synchronized List<Counted> close() {
		this.closed = true;
		return takeEnded(Instant.EPOCH);
	}

	private Window window(DenialKind kind, Instant now) {
		Window window = find(kind, now, MAX_KINDS);
		if (window == null) {
			window = find(kind.ofAnyCaller(), now, 2 * MAX_KINDS);
		}
		return (window != null) ? window : this.windows.computeIfAbsent(DenialKind.ANY, (any) -> new Window(now, 0));
	}

	private @Nullable Window find(DenialKind kind, Instant now, int maxKinds) {
		Window window = this.windows.get(kind);
		if (window == null && this.windows.size() < maxKinds) {
			int length = kind.length();
			if (this.held + length <= MAX_HELD) {
				this.held += length;
				window = new Window(now, length);
				this.windows.put(kind, window);
			}
		}
		return window;
	}

	private static final class Window {

		private final Instant start;

		private final int length;

		private int recorded;

		private long counted;

		Window(Instant start, int length) {
			this.start = start;
			this.length = length;
		}

		boolean admit() {
			if (this.recorded == MAX_EACH) {
				this.counted++;
				return false;
			}
			this.recorded++;
			return true;
		}

		/**
		 * Threads look at the clock in another order than they come here, so a little
		 * before the start is not another time. A clock that jumps far ends a window.
		 */
		boolean hasEndedAt(Instant now) {
			return Duration.between(this.start, now).abs().compareTo(WINDOW) >= 0;
		}

	}

}
