package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Keeps equal denials from filling the log: of those beyond {@value #MAX_EACH} a minute
 * one entry tells, whose metadata counts them in the member {@value #MEMBER}. Safe for
 * use by several threads.
 */
final class RepeatedDenials {

	static final String MEMBER = "count";

	static final int MAX_EACH = 10;

	static final Duration WINDOW = Duration.ofMinutes(1);

	/** Callers with grants of their own are as many as they like. */
	private static final int MAX_KINDS = 1000;

	private final Map<Denial, Window> windows = new HashMap<>();

	/**
	 * What makes denials equal.
	 *
	 * @param action what was denied
	 * @param grant to whom
	 * @param facts why
	 */
	record Denial(String action, @Nullable VerifiedGrant grant, Map<String, ?> facts) {

		Denial {
			facts = Map.copyOf(facts);
		}

		private Denial ofAnybody() {
			return new Denial(this.action, null, this.facts);
		}

	}

	/**
	 * Denials that were counted only.
	 *
	 * @param denial what they have in common
	 * @param count how many there were
	 */
	record Counted(Denial denial, long count) {
	}

	/**
	 * Takes note of a denial.
	 * @return whether it is to be recorded itself
	 */
	synchronized boolean isDistinct(Denial denial, Instant now) {
		boolean known = this.windows.containsKey(denial) || this.windows.size() < MAX_KINDS;
		Window window = this.windows.computeIfAbsent(known ? denial : denial.ofAnybody(), (any) -> new Window(now));
		window.seen++;
		return window.seen <= MAX_EACH;
	}

	/**
	 * Takes out what was counted in windows that have ended.
	 */
	synchronized List<Counted> takeEnded(Instant now) {
		List<Counted> counted = new ArrayList<>();
		this.windows.entrySet().removeIf((entry) -> {
			boolean ended = entry.getValue().hasEndedAt(now);
			if (ended && entry.getValue().seen > MAX_EACH) {
				counted.add(new Counted(entry.getKey(), entry.getValue().seen - MAX_EACH));
			}
			return ended;
		});
		return counted;
	}

	/**
	 * Puts back what could not be recorded.
	 */
	synchronized void putBack(Counted counted, Instant now) {
		this.windows.computeIfAbsent(counted.denial(), (any) -> new Window(now)).seen += counted.count() + MAX_EACH;
	}

	/**
	 * Takes out everything that was counted.
	 */
	synchronized List<Counted> takeAll() {
		this.windows.values().forEach(Window::end);
		return takeEnded(Instant.MAX);
	}

	private static final class Window {

		private Instant start;

		private long seen;

		Window(Instant start) {
			this.start = start;
		}

		void end() {
			this.start = Instant.MIN;
		}

		/**
		 * A clock that jumps back ends a window too.
		 */
		boolean hasEndedAt(Instant now) {
			return now.isBefore(this.start) || !this.start.isAfter(now.minus(WINDOW));
		}

	}

}
