package dev.grantex.gemma.consent;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.file.FileUnavailableException;

/**
 * A repository on a disk that sometimes cannot be written.
 */
public final class FaultyRepository implements BundleRepository {

	private final BundleRepository delegate;

	private final AtomicInteger failures = new AtomicInteger();

	private final AtomicInteger saves = new AtomicInteger();

	public FaultyRepository(BundleRepository delegate) {
		this.delegate = delegate;
	}

	/**
	 * Lets the next saves of the current bundle fail.
	 */
	public void failSaves(int times) {
		this.failures.set(times);
	}

	public int saves() {
		return this.saves.get();
	}

	@Override
	public Optional<ConsentBundle> load() {
		return this.delegate.load();
	}

	@Override
	public void save(ConsentBundle bundle) {
		if (this.failures.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
			throw new FileUnavailableException("The file could not be written", null);
		}
		this.saves.incrementAndGet();
		this.delegate.save(bundle);
	}

	@Override
	public void delete() {
		this.delegate.delete();
	}

	@Override
	public void retire(ConsentBundle bundle) {
		this.delegate.retire(bundle);
	}

	@Override
	public List<ConsentBundle> loadRetired(Consumer<? super GrantexGemmaException> unreadable) {
		return this.delegate.loadRetired(unreadable);
	}

	@Override
	public void deleteRetired(String bundleId) {
		this.delegate.deleteRetired(bundleId);
	}

}
