package dev.grantex.gemma.audit.store;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * A line that was found to hold an entry, of whatever chain.
 */
public interface ReadLine {

	/**
	 * The longest line that is looked at. The service takes no entry over 1 MiB; other
	 * packages do not limit what they write.
	 */
	int MAX_LENGTH = 4 * 1024 * 1024;

	/**
	 * The line itself, without its end.
	 */
	String text();

	/**
	 * Whose chain the entry says it is of.
	 */
	String owner();

	/**
	 * Who wrote the entry, as it says.
	 */
	String author();

	/**
	 * The entry.
	 */
	Head head();

	/**
	 * The hash of the entry before.
	 */
	String previousHash();

	/**
	 * When it was written, or {@code null} if it does not say so.
	 */
	@Nullable Instant time();

	/**
	 * Whether the line is written exactly as such an entry is.
	 */
	boolean isExact();

	/**
	 * Whether the entry's hash is that of its fields.
	 */
	boolean isWhole();

	/**
	 * Whether one of the chain's keys has signed the entry as it is. Takes long.
	 */
	boolean isSigned();

	default long sequence() {
		return head().sequence();
	}

	/**
	 * The entry before, as this one knows it.
	 */
	default Head previous() {
		return new Head(sequence() - 1, previousHash());
	}

	/**
	 * Whether the entry comes right after another, as far as both say.
	 */
	default boolean follows(Head entry) {
		return previous().equals(entry);
	}

}
