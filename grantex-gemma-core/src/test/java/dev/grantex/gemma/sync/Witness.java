package dev.grantex.gemma.sync;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who stands beside the application and knows of each call whether it ran and what its
 * caller was told. Knows nothing of entries. Safe for use by several threads.
 */
final class Witness {

	private final AtomicLong moments = new AtomicLong();

	private final Set<String> ran = ConcurrentHashMap.newKeySet();

	private final Map<String, Call> calls = new ConcurrentHashMap<>();

	/**
	 * What a caller was told.
	 */
	enum Told {

		/** The call has returned. */
		RECORDED,

		/** The call has run, and its record could not be written. */
		NOT_RECORDED,

		/** The call has not run. */
		DENIED,

		/** Nothing: the process ended under the call. */
		NOTHING

	}

	/**
	 * A call that has come to its end.
	 *
	 * @param begun the moment before it began
	 * @param ended the moment after it had ended
	 */
	record Call(String id, long begun, long ended, Told told) {

		/**
		 * Whether it was under way between two moments.
		 */
		boolean overlaps(long from, long to) {
			return this.ended >= from && this.begun <= to;
		}

	}

	/**
	 * The present moment, later than all before.
	 */
	long now() {
		return this.moments.incrementAndGet();
	}

	/**
	 * Takes note that a call runs.
	 */
	void runs(String id) {
		this.ran.add(id);
	}

	boolean hasRun(String id) {
		return this.ran.contains(id);
	}

	void ended(String id, long begun, Told told) {
		this.calls.put(id, new Call(id, begun, now(), told));
	}

	Collection<Call> calls() {
		return this.calls.values();
	}

	/**
	 * The calls whose callers rely on an entry.
	 */
	List<Call> recorded() {
		List<Call> recorded = new ArrayList<>();
		for (Call call : this.calls.values()) {
			if (call.told() == Told.RECORDED) {
				recorded.add(call);
			}
		}
		return recorded;
	}

	/**
	 * The calls whose callers were told what is not so.
	 */
	List<Call> deceived() {
		return this.calls.values().stream().filter((call) -> switch (call.told()) {
			case RECORDED, NOT_RECORDED -> !hasRun(call.id());
			case DENIED -> hasRun(call.id());
			case NOTHING -> false;
		}).toList();
	}

}
