package dev.grantex.gemma.bundle;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import dev.grantex.gemma.BundleTamperedException;
import dev.grantex.gemma.GrantexGemmaException;

/**
 * Keeps the device's current consent bundle and, until their evidence is delivered, the
 * bundles it replaced. Every write is durable and atomic when the method returns: after a
 * crash either the old or the new content is found. Implementations are thread-safe.
 */
public interface BundleRepository {

	/**
	 * Loads the current bundle.
	 * @return the bundle, or empty if none is stored
	 * @throws BundleTamperedException if what is stored is damaged, was altered, or was
	 * encrypted with another key
	 */
	Optional<ConsentBundle> load();

	/**
	 * Stores the bundle as the current one, in place of any other.
	 * @param bundle the bundle with the device's state
	 */
	void save(ConsentBundle bundle);

	/**
	 * Deletes the current bundle, if any.
	 */
	void delete();

	/**
	 * Stores a bundle beside the current one, until its evidence is delivered.
	 * @param bundle a bundle that was or is about to be replaced
	 */
	void retire(ConsentBundle bundle);

	/**
	 * Loads the bundles that were replaced and not yet deleted, oldest first.
	 * @return the retired bundles
	 * @throws BundleTamperedException if one of them is damaged
	 */
	default List<ConsentBundle> loadRetired() {
		return loadRetired((unreadable) -> {
			throw unreadable;
		});
	}

	/**
	 * Loads the bundles that were replaced and not yet deleted, oldest first, and leaves
	 * out those that cannot be read. They stay where they are.
	 * @param unreadable is told of each that cannot be read
	 * @return the readable ones
	 */
	List<ConsentBundle> loadRetired(Consumer<? super GrantexGemmaException> unreadable);

	/**
	 * Deletes a retired bundle, if it is there.
	 * @param bundleId the id of the retired bundle
	 */
	void deleteRetired(String bundleId);

}
