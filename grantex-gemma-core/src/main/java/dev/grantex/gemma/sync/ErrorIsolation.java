package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.SyncBatch;

/**
 * Finds the entry that the service fails to process, if uploads fail in the same place
 * over cycles while the service answers otherwise. An outage must never be taken for
 * that: before an entry is held responsible, another one has to pass.
 */
final class ErrorIsolation {

	/** What the service itself answers, and a proxy before it hardly ever does. */
	private static final Set<Integer> OWN_ERRORS = Set.of(413, 500);

	/** How long an entry must fail while another one passes. */
	private static final Duration COMPARED = Duration.ofHours(1);

	/** How long an entry must fail that there is no other one to compare with. */
	private static final Duration UNCOMPARED = Duration.ofHours(24);

	/** In how many cycles an entry must fail. */
	private static final int CYCLES_ALONE = 3;

	private final CycleClient client;

	private final UploadCalls calls;

	private final Clock clock;

	private final Map<String, Place> places;

	private final DeliveredChain chain;

	/** Of the smallest batch that failed, while the entry is being looked for. */
	private long suspectedThrough;

	private int most = SyncBatch.MAX_ENTRIES;

	ErrorIsolation(CycleClient client, UploadCalls calls, Clock clock, Map<String, Place> places,
			DeliveredChain chain) {
		this.client = client;
		this.calls = calls;
		this.clock = clock;
		this.places = places;
		this.chain = chain;
	}

	/**
	 * How many entries the next batch may hold.
	 * @param position the last entry that was accepted
	 */
	int most(long position) {
		return (place(position + 1).alone > 0) ? 1 : this.most;
	}

	void accepted(DueEntries.Batch batch) {
		if (batch.last() >= this.suspectedThrough) {
			forget();
		}
		else {
			// The next cycle goes on looking from here.
			note(batch.last() + 1);
		}
	}

	/**
	 * Decides about a failure.
	 * @throws ApiServerErrorException if nothing follows from it now
	 * @throws StepException if the entry was found
	 */
	void narrow(ApiServerErrorException error, DueEntries.Batch batch) {
		boolean again = note(batch.first());
		if (this.suspectedThrough == 0 && !(again && this.client.knows(this.chain.bundleId()))) {
			throw error;
		}
		this.suspectedThrough = batch.last();
		if (batch.size() > 1) {
			this.most = batch.size() / 2;
		}
		else if (isCause(batch, error)) {
			this.chain.strand(StrandingReason.ENTRY_REFUSED, batch.first());
			throw StepException.stranded(StrandingReason.ENTRY_REFUSED, "server_error");
		}
		else if (this.suspectedThrough > 0) {
			throw error;
		}
	}

	/**
	 * Whether an entry that was refused by itself is to blame for it: another one passes,
	 * this one is refused again, and that does not pass with time if a proxy may have
	 * answered. A first entry that names another chain is always acceptable.
	 */
	boolean isCause(DueEntries.Batch failed, GrantexAuthException refusal) {
		long before = failed.first() - 1;
		boolean own = OWN_ERRORS.contains(refusal.statusCode());
		if (before < this.chain.entries().firstSequence()) {
			return hasFailedAlone(failed.first(), UNCOMPARED) && own && this.chain.state().predecessor() == null;
		}
		return isTaken(before) && !isTaken(failed, refusal.statusCode())
				&& (hasFailedAlone(failed.first(), COMPARED) || own);
	}

	private boolean isTaken(long sequence) {
		try (DueEntries entries = new DueEntries(this.chain, sequence, sequence)) {
			this.calls.send(entries.nextBatch(1, SyncBatch.MAX_BODY_BYTES), this.chain);
			return true;
		}
		catch (GrantexAuthException ex) {
			return false;
		}
	}

	/**
	 * The service may have recovered only just now.
	 */
	private boolean isTaken(DueEntries.Batch failed, int status) {
		try {
			this.calls.send(failed, this.chain);
			// It is sent and accepted once more in its turn.
			forget();
			return true;
		}
		catch (GrantexAuthException ex) {
			return ex.statusCode() != status;
		}
	}

	/**
	 * Takes note of where a batch failed.
	 * @return whether one failed there before
	 */
	private boolean note(long first) {
		Place before = this.places.put(this.chain.bundleId(), place(first));
		return before != null && before.sequence == first;
	}

	/**
	 * Takes note that an entry failed in a request of its own.
	 * @return whether it did so in so many cycles and for so long that the entry must be
	 * the cause
	 */
	private boolean hasFailedAlone(long sequence, Duration least) {
		Instant now = this.clock.instant();
		Place before = place(sequence);
		Instant since = (before.aloneSince != null) ? before.aloneSince : now;
		this.places.put(this.chain.bundleId(), new Place(sequence, before.alone + 1, since));
		return before.alone + 1 >= CYCLES_ALONE && Duration.between(since, now).compareTo(least) >= 0;
	}

	private Place place(long sequence) {
		Place known = this.places.get(this.chain.bundleId());
		return (known != null && known.sequence == sequence) ? known : new Place(sequence, 0, null);
	}

	private void forget() {
		this.suspectedThrough = 0;
		this.most = SyncBatch.MAX_ENTRIES;
		this.places.remove(this.chain.bundleId());
	}

	/**
	 * The first entry of a chain that does not get through, and in how many cycles it
	 * failed in a request of its own.
	 */
	record Place(long sequence, int alone, @Nullable Instant aloneSince) {

	}

}
