package dev.grantex.gemma.audit.store;

import org.jspecify.annotations.Nullable;

/**
 * What makes a line once it is known which entry it follows. The store calls it for one
 * line of a chain at a time, under a lock of its own, so it must not wait for anything.
 */
public interface Linking {

	/**
	 * How many bytes the line has at most.
	 */
	int length();

	/**
	 * Makes the line after a chain's last one.
	 * @return the line, or {@code null} if something else has to be appended before
	 */
	@Nullable Line after(Head last);

	/**
	 * Takes note that the line will not be part of the chain. Lines that came after it
	 * are not either, and the next one follows the same entry as this one did.
	 */
	void undone();

}
