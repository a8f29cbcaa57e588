package dev.grantex.gemma.audit.store;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * A store cannot do what it was asked for.
 */
public final class StoreException extends GrantexGemmaException {

	private final Fault fault;

	/**
	 * Creates an exception.
	 * @param cause why, or {@code null} if the fault says it all
	 */
	public StoreException(Fault fault, @Nullable Throwable cause) {
		this(fault, fault.message(), cause);
	}

	/**
	 * Creates an exception.
	 * @param message what is the matter, and what to do, in a constant sentence
	 */
	public StoreException(Fault fault, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.fault = fault;
	}

	/**
	 * A failure as the exception that tells about it.
	 */
	public static StoreException of(Throwable failure) {
		return (failure instanceof StoreException known)
				? new StoreException(known.fault, String.valueOf(known.getMessage()), known) : unwritable(failure);
	}

	public static StoreException unwritable(@Nullable Throwable cause) {
		return new StoreException(Fault.UNWRITABLE, cause);
	}

	public static StoreException unreadable(Throwable cause) {
		return new StoreException(Fault.UNREADABLE, cause);
	}

	public static StoreException corrupted() {
		return new StoreException(Fault.CORRUPTED, null);
	}

	public static StoreException truncated() {
		return new StoreException(Fault.TRUNCATED, null);
	}

	public static StoreException missing() {
		return new StoreException(Fault.MISSING, null);
	}

	public static StoreException displaced() {
		return new StoreException(Fault.DISPLACED, null);
	}

	public static StoreException deleted() {
		return new StoreException(Fault.DELETED, null);
	}

	public static StoreException outdated() {
		return new StoreException(Fault.OUTDATED, null);
	}

	public static StoreException unsafe(Throwable cause) {
		return new StoreException(Fault.UNSAFE, String.valueOf(cause.getMessage()), cause);
	}

	public static StoreException full() {
		return new StoreException(Fault.FULL, null);
	}

	public static StoreException closed() {
		return new StoreException(Fault.CLOSED, null);
	}

	public static StoreException inUse(boolean here) {
		return new StoreException(here ? Fault.IN_USE_HERE : Fault.IN_USE_ELSEWHERE, null);
	}

	/**
	 * What is the matter, as users know it.
	 */
	public String reason() {
		return this.fault.reason();
	}

	/**
	 * What is the matter.
	 */
	public Fault fault() {
		return this.fault;
	}

}
