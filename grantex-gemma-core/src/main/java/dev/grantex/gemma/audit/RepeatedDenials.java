package dev.grantex.gemma.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.CanonicalJson;

/**
 * Keeps denials from filling the log, whoever causes them. In a minute {@value #MAX_OWN}
 * have an entry of their own, of equal ones {@value #MAX_EACH}. Entries whose metadata
 * counts them in the member {@value #MEMBER} tell of the others: equal ones beyond the
 * first ten as what they are; the rest by action and reason; and what does not fit into
 * {@value #MAX_COUNTED} such entries in one for all. Takes bounded memory, whatever is
 * denied to however many callers. Safe for use by several threads.
 */
public final class RepeatedDenials {

	public static final String MEMBER = "count";

	static final int MAX_EACH = 10;

	static final int MAX_OWN = 200;

	static final int MAX_COUNTED = 100;

	static final Duration WINDOW = Duration.ofMinutes(1);

	/** In characters. */
	private static final long MAX_HELD = 1024 * 1024;

	private final Map<Kind, Tally> tallies = new HashMap<>();

	private @Nullable Instant start;

	private long held;

	/** How many denials have an entry of their own. */
	private int own;

	/** How many kinds are counted, besides that of all others. */
	private int countedKinds;

	private boolean closed;

	/**
	 * What equal denials have in common, as it stands in entries.
	 *
	 * @param action what was denied
	 * @param caller to whom, without what identifies a single token; empty for the
	 * bundle's own grant
	 * @param facts why
	 */
	record Kind(String action, Map<String, Object> caller, Map<String, Object> facts) {

		private static final String REASON = "reason";

		/** What is the same for whoever calls. */
		private static final List<String> OF_THE_METHOD = List.of("method", REASON, "required_scopes");

		private static final Map<String, Object> VARIOUS = Map.of("various", true);

		/**
		 * All denials, if there are too many to be told apart.
		 */
		static final Kind ANY = new Kind("grantex:denials", VARIOUS, Map.of(REASON, "various"));

		/**
		 * The kind of a denial.
		 * @param action as it stands in the entry
		 * @param members what the entry says about the caller
		 * @param facts why it was denied, made safe
		 */
		static Kind of(String action, Map<String, Object> members, Map<String, Object> facts) {
			Map<String, Object> caller = new LinkedHashMap<>();
			if (members.get(EntryFactory.CALLER) instanceof Map<?, ?> known) {
				known.forEach((name, value) -> caller.put(String.valueOf(name), value));
				caller.remove(EntryFactory.TOKEN);
			}
			return new Kind(action, caller, facts);
		}

		/**
		 * All denials of the action for the same reason: those under the bundle's own
		 * grant, or those to any callers, whatever they lack.
		 */
		Kind ofActionAndReason() {
			Map<String, Object> common = new LinkedHashMap<>(this.facts);
			common.keySet().retainAll(OF_THE_METHOD);
			return new Kind(this.action, this.caller.isEmpty() ? this.caller : VARIOUS, common);
		}

		/**
		 * What an entry that counts such denials says.
		 */
		Map<String, Object> counted(long count) {
			Map<String, Object> members = new LinkedHashMap<>();
			members.put(MEMBER, count);
			if (!this.caller.isEmpty()) {
				members.put(EntryFactory.CALLER, this.caller);
			}
			members.putAll(this.facts);
			return members;
		}

		/**
		 * About how many characters it takes.
		 */
		int length() {
			return this.action.length() + CanonicalJson.write(this.caller).length()
					+ CanonicalJson.write(this.facts).length();
		}

	}

	/**
	 * Denials that were counted only.
	 *
	 * @param kind what they have in common
	 * @param count how many there were
	 */
	record Counted(Kind kind, long count) {
	}

	/**
	 * Takes note of a denial.
	 * @return whether it is to be recorded itself, because it is not counted
	 */
	synchronized boolean isDistinct(Kind kind, Instant now) {
		if (this.closed) {
			return true;
		}
		begin(now);
		Tally tally = (this.own < MAX_OWN) ? find(kind) : this.tallies.get(kind);
		if (tally != null && tally.own == MAX_EACH) {
			count(kind, 1);
			return false;
		}
		if (tally == null || this.own == MAX_OWN) {
			count(kind.ofActionAndReason(), 1);
			return false;
		}
		tally.own++;
		this.own++;
		return true;
	}

	/**
	 * Takes back that a denial was to be recorded itself: it could not be. A minute that
	 * began meanwhile has nothing to give back.
	 */
	synchronized void giveBack(Kind kind) {
		Tally tally = this.tallies.get(kind);
		if (tally != null && tally.own > 0) {
			tally.own--;
			this.own--;
		}
	}

	/**
	 * Whether there is something that was counted only.
	 */
	synchronized boolean hasCounted() {
		return this.tallies.values().stream().anyMatch((tally) -> tally.counted > 0);
	}

	/**
	 * Takes out what was counted in a minute that has ended.
	 */
	synchronized List<Counted> takeEnded(Instant now) {
		return hasEndedAt(now) ? end() : List.of();
	}

	/**
	 * Takes out what was counted so far. The minute goes on.
	 */
	synchronized List<Counted> takeCounted() {
		List<Counted> taken = new ArrayList<>();
		this.tallies.forEach((kind, tally) -> {
			if (tally.counted > 0) {
				taken.add(new Counted(kind, tally.counted));
				tally.counted = 0;
			}
		});
		this.countedKinds = 0;
		return taken;
	}

	/**
	 * Puts back what could not be recorded.
	 */
	synchronized void putBack(List<Counted> counted, Instant now) {
		begin(now);
		counted.forEach((denials) -> count(denials.kind(), denials.count()));
	}

	/**
	 * Counts nothing any more.
	 * @return everything that was counted
	 */
	synchronized List<Counted> close() {
		this.closed = true;
		return end();
	}

	private void begin(Instant now) {
		this.start = (this.start != null) ? this.start : now;
	}

	private List<Counted> end() {
		List<Counted> taken = takeCounted();
		this.tallies.clear();
		this.start = null;
		this.held = 0;
		this.own = 0;
		return taken;
	}

	/**
	 * Threads look at the clock in another order than they come here, so a little before
	 * the start is not another time. A clock that jumps far ends a minute.
	 */
	private boolean hasEndedAt(Instant now) {
		return this.start != null && Duration.between(this.start, now).abs().compareTo(WINDOW) >= 0;
	}

	/**
	 * Counts denials as what they are, or by action and reason, or among all others.
	 */
	private void count(Kind kind, long count) {
		for (Kind told : List.of(kind, kind.ofActionAndReason())) {
			Tally tally = this.tallies.get(told);
			if ((tally != null && tally.counted > 0) || this.countedKinds < MAX_COUNTED) {
				tally = (tally != null) ? tally : find(told);
				if (tally != null) {
					this.countedKinds += (tally.counted == 0) ? 1 : 0;
					tally.counted += count;
					return;
				}
			}
		}
		this.tallies.computeIfAbsent(Kind.ANY, (any) -> new Tally()).counted += count;
	}

	/**
	 * The tally of a kind, unless there is no memory left for one more.
	 */
	private @Nullable Tally find(Kind kind) {
		Tally tally = this.tallies.get(kind);
		if (tally == null) {
			int length = kind.length();
			if (this.held + length <= MAX_HELD) {
				this.held += length;
				tally = new Tally();
				this.tallies.put(kind, tally);
			}
		}
		return tally;
	}

	/**
	 * What became of the denials of one kind.
	 */
	private static final class Tally {

		/** How many have an entry of their own. */
		private int own;

		private long counted;

	}

}
