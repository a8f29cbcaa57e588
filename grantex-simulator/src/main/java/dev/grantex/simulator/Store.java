package dev.grantex.simulator;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The service's database: one transaction at a time.
 */
final class Store {

	private final ReentrantLock lock = new ReentrantLock();

	private Tables tables = Tables.empty();

	/**
	 * Runs a piece of work while no other work runs. Work must not change anything before
	 * it knows that it succeeds.
	 */
	<T> T transact(Function<Tables, T> work) {
		this.lock.lock();
		try {
			return work.apply(this.tables);
		}
		finally {
			this.lock.unlock();
		}
	}

	Tables copy() {
		return transact(Tables::copy);
	}

	void replace(Tables replacement) {
		this.lock.lock();
		try {
			this.tables = replacement.copy();
		}
		finally {
			this.lock.unlock();
		}
	}

	Optional<Account> account(String apiKey) {
		return transact((tables) -> Optional.ofNullable(tables.accounts().get(apiKey)));
	}

	Bundle bundle(String id, String developerId) {
		return transact((tables) -> bundle(tables, id, developerId));
	}

	static Bundle bundle(Tables tables, String id, String developerId) {
		Bundle bundle = tables.bundles().get(id);
		if (bundle == null || !bundle.developerId().equals(developerId)) {
			throw ApiException.notFound("Bundle not found");
		}
		return bundle;
	}

	static Grant grant(Tables tables, Bundle bundle) {
		Grant grant = tables.grants().get(bundle.grantId());
		if (grant == null) {
			throw new IllegalStateException("A bundle without its grant");
		}
		return grant;
	}

	/**
	 * A creation time later than that of every bundle before. The list is paged by it, so
	 * two bundles must not share one while the clock stands still.
	 */
	static Instant creationTime(Tables tables, Instant now) {
		Instant earliest = tables.bundles()
			.values()
			.stream()
			.map((bundle) -> bundle.createdAt().plusMillis(1))
			.max(Instant::compareTo)
			.orElse(now);
		return (earliest.isAfter(now) ? earliest : now).truncatedTo(ChronoUnit.MILLIS);
	}

}
