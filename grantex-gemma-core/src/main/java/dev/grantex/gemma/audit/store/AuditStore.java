package dev.grantex.gemma.audit.store;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What holds chains, of which one at a time is the current one. Throws a
 * {@link StoreException} if something cannot be done. Safe for use by several threads.
 */
public interface AuditStore {

	/**
	 * Which part a chain plays.
	 */
	enum Role {

		/** Lines are appended to it. */
		CURRENT,

		/** Another one took its place. */
		FORMER

	}

	/**
	 * What the opening of a chain finds.
	 */
	@FunctionalInterface
	interface Recollection {

		/**
		 * Takes note of a line: all since the oldest call that was under way are told.
		 */
		void line(ReadLine line);

		/**
		 * Takes note that these were all, and of what is damaged.
		 * @param damages its first sequence numbers, among lines that the service has
		 * accepted
		 */
		default void end(List<Long> damages) {
		}

	}

	/**
	 * Begins a chain, unless that was done.
	 * @param adopted whether another package may have begun it, whose lines it goes on
	 * after
	 * @param clockFloor the moment at which its clock starts, in Unix milliseconds
	 */
	void begin(ChainId chain, ChainCodec codec, boolean adopted, long clockFloor);

	/**
	 * Opens a chain. A fault changes nothing.
	 * @param beginning the moment at which the chain's clock starts, where it is to be
	 * begun if there is none of it or another package has begun it, else {@code null}
	 * @param recalled told of what is found, before anything is changed
	 */
	StoredChain open(ChainId chain, ChainCodec codec, Role role, @Nullable Long beginning, Recollection recalled);

	/**
	 * Opens what there is of a chain, in whatever condition.
	 */
	SavedLines salvage(ChainId chain, ChainCodec codec);

	/**
	 * Moves what there is of a chain, in whatever condition, out of the way and keeps it
	 * unchanged. Doing so again answers the same.
	 * @param name what the archive is named after
	 * @param publicKeys what verifies the lines, or {@code null} if that is gone
	 */
	ArchivedFiles archive(ChainId chain, ChainCodec codec, Role role, String name, @Nullable String publicKeys);

	/**
	 * Finds the chains that have lines, or a checkpoint that counts some, in the order of
	 * their owners.
	 * @param known the owners of chains that are not looked for
	 * @param current whether one of those is the current one
	 */
	List<FoundChain> chains(ChainCodec codec, Set<String> known, boolean current);

}
