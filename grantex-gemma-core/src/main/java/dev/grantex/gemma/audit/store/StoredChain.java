package dev.grantex.gemma.audit.store;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * An open chain. Lines that were appended, and what was changed, stay whatever happens
 * afterwards; what failed left no trace. Safe for use by several threads.
 * <p>
 * What only asks waits for nobody. Everything else throws a {@link StoreException} if it
 * cannot be done, and always once the chain is closed. A store that has room for all
 * lines and keeps them for good needs no more than what has no default.
 */
public interface StoredChain extends AutoCloseable {

	/**
	 * The last line, as far as it was acknowledged.
	 */
	Head head();

	/**
	 * What is remembered durably. It may lag behind the head.
	 */
	Checkpoint checkpoint();

	/**
	 * The first sequence numbers of what was found damaged when the chain was opened,
	 * among lines that the service has accepted.
	 */
	default List<Long> damages() {
		return List.of();
	}

	/**
	 * Why no line can be appended, as far as it is known, or {@code null}.
	 */
	@Nullable StoreException fault();

	/**
	 * The same, or that there is no room for a line.
	 */
	default @Nullable StoreException obstacle() {
		return fault();
	}

	/**
	 * Whether nothing is known that keeps a line from being appended now.
	 */
	default boolean isWritable() {
		return obstacle() == null;
	}

	/**
	 * Makes sure that a line could be appended now, after a failure by trying to undo it.
	 */
	default void requireWritable() {
		StoreException obstacle = obstacle();
		if (obstacle != null) {
			throw obstacle;
		}
	}

	/**
	 * Appends the line that a linking makes: all of it behind the head, or nothing. The
	 * lines of several threads may be signed at the same time.
	 * @return whether the linking has made one
	 */
	boolean append(Linking linking, Set<AppendOption> options);

	/**
	 * Changes something that lines are made with, between two of them.
	 * @return the sequence number of the first line after the change
	 */
	long rekey(Runnable change);

	/**
	 * Changes what is remembered, durably. If that fails it stays as it was.
	 * @param change asked for what is to be remembered; may be called once only
	 */
	void change(UnaryOperator<Checkpoint> change);

	/**
	 * Does the same so that nothing is left that a former key has signed.
	 */
	default void reseal(UnaryOperator<Checkpoint> change) {
		change(change);
	}

	/**
	 * Remembers soon what the codec says of the clock.
	 */
	void touch();

	/**
	 * Refuses further lines for as long as the chain is open. It cannot be opened again
	 * unless all lines that the service has not accepted hold by then.
	 * @param sequence the line that was found damaged
	 */
	void condemn(long sequence);

	/**
	 * Whether a line that was found damaged is what it should be when it is read again.
	 */
	default boolean holds(long sequence) {
		return false;
	}

	/**
	 * What there is to read, after it was made durable.
	 */
	ChainView view();

	/**
	 * Makes sure that the lines that the service has not accepted are still stored. As
	 * long as they are not, only lines with {@linkplain AppendOption#RESERVED reserved
	 * room} can be appended.
	 */
	void requireUndelivered();

	/**
	 * Deletes what need not be kept, now that the service has accepted lines.
	 */
	default void sweep() {
	}

	/**
	 * Takes note of how many lines the service has of chains whose checkpoints nobody can
	 * change any more.
	 * @param accepted the number by the owner
	 */
	default void noteAccepted(Map<String, Long> accepted) {
	}

	/**
	 * Forgets former chains of which nothing else is left.
	 * @param stored whether somebody may still ask for a chain, by its id
	 */
	void forget(Predicate<String> stored);

	/**
	 * Becomes a former chain. Lines can still be appended until it is closed.
	 */
	void leave();

	/**
	 * Makes everything durable and lets the chain be opened again.
	 */
	@Override
	void close();

}
