package dev.grantex.gemma.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.cloud.BundlePage;
import dev.grantex.gemma.cloud.BundleQuery;
import dev.grantex.gemma.cloud.InvalidAnswerException;

/**
 * Looks for the newest bundle of one kind among all of its agent's, which come newest
 * first, page by page. In a fleet there are more pages than the service's limit allows at
 * a time, so a search that is stopped goes on from where it was stopped, and what was
 * seen once is not looked through again.
 */
final class BundleSearch {

	private static final int PAGE_SIZE = 100;

	/** In one cycle: as many calls as the service allows in a minute. */
	private static final int MOST_PAGES = 100;

	private static final Duration MINUTE = Duration.ofMinutes(1);

	/** More than a fleet has; what the service says has no end is not followed. */
	private static final int MOST_CURSORS = 10_000;

	private static final int LONGEST_CURSOR = 1_000;

	private final CycleClient client;

	/** The pages of the pass that were asked for. */
	private final Set<String> followed = new HashSet<>();

	/** The page to go on from. */
	private @Nullable String cursor;

	/** When the newest bundle was issued that the pass has seen. */
	private @Nullable Instant newestSeen;

	/** Up to when all has been seen in passes before. */
	private @Nullable Instant seenBefore;

	private @Nullable BundleMetadata found;

	BundleSearch(CycleClient client) {
		this.client = client;
	}

	/**
	 * The newest bundle of an agent that is wanted, always the same one.
	 * @throws CallPausedException if the search goes on in the next cycle
	 * @throws InvalidAnswerException if the pages have no end
	 */
	Optional<BundleMetadata> newest(String agentId, Predicate<BundleMetadata> wanted) {
		boolean resumed;
		do {
			// What was issued since a pass began stands before where it was resumed.
			resumed = this.cursor != null;
			pass(agentId, wanted).ifPresent((newest) -> this.found = newest);
			begin(this.newestSeen);
		}
		while (resumed);
		return Optional.ofNullable(this.found);
	}

	void forget() {
		this.found = null;
		begin(null);
	}

	private void begin(@Nullable Instant seenBefore) {
		this.seenBefore = seenBefore;
		this.newestSeen = seenBefore;
		this.cursor = null;
		this.followed.clear();
	}

	private Optional<BundleMetadata> pass(String agentId, Predicate<BundleMetadata> wanted) {
		for (int pages = 0; pages < MOST_PAGES; pages++) {
			BundlePage page = page(agentId);
			if (this.cursor == null && !page.bundles().isEmpty()) {
				this.newestSeen = page.bundles().get(0).createdAt();
			}
			Optional<BundleMetadata> newest = newest(page, wanted);
			if (newest.isPresent() || page.nextCursor() == null || isSeenBefore(page)) {
				return newest;
			}
			follow(page.nextCursor());
		}
		throw new CallPausedException(Pauses.Limit.LOOK_UPS, true, MINUTE);
	}

	private BundlePage page(String agentId) {
		try {
			return this.client.bundles(new BundleQuery(null, agentId, PAGE_SIZE, this.cursor));
		}
		catch (ApiServerErrorException ex) {
			throw ex;
		}
		catch (GrantexAuthException ex) {
			// It may be the cursor that is refused.
			forget();
			throw ex;
		}
	}

	private void follow(String next) {
		if (next.length() > LONGEST_CURSOR || this.followed.size() == MOST_CURSORS || !this.followed.add(next)) {
			forget();
			throw new InvalidAnswerException();
		}
		this.cursor = next;
	}

	private boolean isSeenBefore(BundlePage page) {
		Instant seen = this.seenBefore;
		return seen != null && page.bundles().stream().anyMatch((bundle) -> !bundle.createdAt().isAfter(seen));
	}

	private static Optional<BundleMetadata> newest(BundlePage page, Predicate<BundleMetadata> wanted) {
		return page.bundles().stream().filter(wanted).max(Comparator.comparing(BundleMetadata::createdAt));
	}

}
