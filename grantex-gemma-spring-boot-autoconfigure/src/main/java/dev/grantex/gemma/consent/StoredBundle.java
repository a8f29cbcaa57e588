package dev.grantex.gemma.consent;

import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.BundleRepository;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The current bundle as it is stored, and what of it could not be stored yet. Every
 * bundle that comes from here has a {@linkplain BundleState state}. Used under the
 * consent's lock.
 */
final class StoredBundle {

	private final BundleRepository repository;

	private final StandingFactory standings;

	private @Nullable ConsentBundle unsaved;

	StoredBundle(BundleRepository repository, StandingFactory standings) {
		this.repository = repository;
		this.standings = standings;
	}

	/**
	 * Loads the bundle, or answers with what could not be stored yet. One that another
	 * package stored is given a state, which is stored only if the bundle is this
	 * device's.
	 * @throws GrantexGemmaException if it cannot be read
	 */
	Optional<ConsentBundle> load() {
		return (this.unsaved != null) ? Optional.of(this.unsaved) : this.repository.load().map(this::adopt);
	}

	void save(ConsentBundle bundle) {
		this.repository.save(bundle);
		this.unsaved = null;
	}

	/**
	 * Stores a bundle in place of another, which is kept beside it.
	 * @param former the bundle that is replaced; without one nothing must be stored
	 */
	void replace(@Nullable ConsentBundle former, ConsentBundle bundle) {
		if (former != null) {
			this.repository.retire(former);
		}
		else if (this.repository.load().isPresent()) {
			throw new IllegalStateException("A bundle that was not entered is not replaced");
		}
		save(bundle);
	}

	/**
	 * Remembers that a bundle is to be stored, whether or not that succeeds at once.
	 */
	void saveEventually(ConsentBundle bundle) {
		this.unsaved = bundle;
	}

	/**
	 * Stores what could not be stored yet.
	 * @throws GrantexGemmaException if that fails; it can be tried again
	 */
	void saveUnsaved() {
		if (this.unsaved != null) {
			save(this.unsaved);
		}
	}

	private ConsentBundle adopt(ConsentBundle stored) {
		if (stored.state() != null) {
			return stored;
		}
		BundleRequest request = this.standings.request();
		boolean own = this.standings.isForThisDevice(stored);
		ConsentBundle adopted = stored.withState(BundleStates.initial(stored, own ? request : null));
		if (own) {
			this.standings.begin(stored);
			this.repository.save(adopted);
		}
		return adopted;
	}

}
