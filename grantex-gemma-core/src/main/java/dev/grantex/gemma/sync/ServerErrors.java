package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Where in their chains uploads failed on the service's side, over cycles: a failure in
 * the same place again may be due to an entry that the service cannot process.
 */
final class ServerErrors {

	private static final int CYCLES_ALONE = 3;

	private final Clock clock;

	private final Map<String, Place> places = new HashMap<>();

	ServerErrors(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Takes note of a failure.
	 * @param sequence the first entry of the batch
	 * @return whether a batch from this entry on failed before
	 */
	boolean note(String bundleId, long sequence) {
		Place before = this.places.get(bundleId);
		if (before != null && before.sequence == sequence) {
			return true;
		}
		this.places.put(bundleId, new Place(sequence, 0, null));
		return false;
	}

	/**
	 * Takes note that an entry failed in a request of its own.
	 * @param least for how long it must have failed
	 * @return whether it did so in so many cycles and for so long that the entry must be
	 * the cause
	 */
	boolean noteAlone(String bundleId, long sequence, Duration least) {
		Instant now = this.clock.instant();
		Place place = this.places.get(bundleId);
		if (place == null || place.sequence != sequence) {
			place = new Place(sequence, 0, null);
		}
		Instant since = (place.aloneSince != null) ? place.aloneSince : now;
		Place next = new Place(sequence, place.alone + 1, since);
		this.places.put(bundleId, next);
		return next.alone >= CYCLES_ALONE && Duration.between(since, now).compareTo(least) >= 0;
	}

	/**
	 * Whether an entry is known to have failed in a request of its own.
	 */
	boolean isAlone(String bundleId, long sequence) {
		Place place = this.places.get(bundleId);
		return place != null && place.sequence == sequence && place.alone > 0;
	}

	void forget(String bundleId) {
		this.places.remove(bundleId);
	}

	private record Place(long sequence, int alone, @Nullable Instant aloneSince) {

	}

}
