package dev.grantex.gemma.audit.store;

import java.time.Instant;
import java.util.Optional;

/**
 * What only the owner of a chain knows, and its store needs now and then. Safe for use by
 * several threads.
 */
public interface ChainCodec {

	/**
	 * Reads a line, without its end.
	 * @return what it holds, or nothing if it is no entry
	 */
	Optional<ReadLine> read(String line);

	/**
	 * Whom a line names as the owner of its chain, however damaged it is.
	 */
	Optional<String> ownerNamedIn(String line);

	/**
	 * Whether a line is in a form in which no chain can go on.
	 */
	boolean isForeign(String line);

	/**
	 * Whether there is a key to sign with.
	 */
	boolean hasSigner();

	/**
	 * The signature over the ASCII of a text, as lower-case hex.
	 * @throws RuntimeException if there is no key any more
	 */
	String sign(String text);

	/**
	 * Whether one of the chain's keys has signed the ASCII of a text.
	 */
	boolean isSigned(String text, byte[] signature);

	/**
	 * The latest moment known to have been, in Unix milliseconds.
	 * @param remembered what the chain remembers of it
	 */
	long clockFloor(long remembered);

	/**
	 * The device's time as far as something may depend on it being late.
	 * @param now the device's time
	 */
	Instant bounded(Instant now);

}
