package dev.grantex.gemma.audit;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The audit log cannot be opened, read or written. Whoever needs evidence of a call must
 * not make the call.
 */
public class AuditLogException extends GrantexGemmaException {

	/**
	 * Reason: bytes could not be written or forced; the entry is not acknowledged.
	 */
	public static final String LOG_UNWRITABLE = "log_unwritable";

	/**
	 * Reason: what is on disk is not the chain it should be; nothing was changed.
	 */
	public static final String LOG_CORRUPTED = "log_corrupted";

	/**
	 * Reason: the log ends before the last entry that is known to have been forced.
	 */
	public static final String LOG_TRUNCATED = "log_truncated";

	/**
	 * Reason: a file of the log, or its seal, is not where it was; nothing was changed.
	 */
	public static final String LOG_MISSING = "log_missing";

	/**
	 * Reason: another process, or another log in this one, writes the same chain; which
	 * of them, a {@link LogInUseException} tells.
	 */
	public static final String LOG_LOCKED = "log_locked";

	/**
	 * Reason: a file is a link, or it or its directory belongs to or may be written by
	 * others.
	 */
	public static final String LOG_UNSAFE = "log_unsafe";

	/**
	 * Reason: the log or its disk has no room for another entry.
	 */
	public static final String LOG_FULL = "log_full";

	/**
	 * Reason: the log was closed.
	 */
	public static final String LOG_CLOSED = "log_closed";

	/**
	 * Reason: the audit key is missing or unreadable.
	 */
	public static final String KEY_UNUSABLE = "key_unusable";

	/**
	 * Reason: the bundle names an agent, grant or scopes that the service would refuse in
	 * every entry.
	 */
	public static final String BUNDLE_UNUSABLE = "bundle_unusable";

	/**
	 * Reason: the log was sealed with a key that the bundle does not know, so the bundle
	 * is an older copy, or the seal is not the log's own; nothing was changed.
	 */
	public static final String BUNDLE_OUTDATED = "bundle_outdated";

	private final String reason;

	private final boolean displaced;

	private final @Nullable String remedy;

	/**
	 * Creates an exception.
	 * @param reason one of the constants of this class
	 * @param message a short constant sentence
	 */
	public AuditLogException(String reason, String message) {
		this(reason, message, null);
	}

	public AuditLogException(String reason, String message, @Nullable Throwable cause) {
		this(reason, message, cause, false, null);
	}

	/**
	 * Creates an exception that tells about a fault of the store.
	 * @param remedy what to do, where more is known than the reason says
	 */
	AuditLogException(Fault fault, String message, Throwable cause, @Nullable String remedy) {
		this(fault.reason(), message, cause, fault == Fault.DISPLACED, remedy);
	}

	private AuditLogException(String reason, String message, @Nullable Throwable cause, boolean displaced,
			@Nullable String remedy) {
		super(message, cause);
		this.reason = reason;
		this.displaced = displaced;
		this.remedy = remedy;
	}

	/**
	 * Why, as one of the constants of this class.
	 */
	public String reason() {
		return this.reason;
	}

	/**
	 * Whether the log is whole, but another file lies in its place. It goes on once that
	 * is moved away.
	 */
	public boolean isDisplaced() {
		return this.displaced;
	}

	/**
	 * What to do for the log, for whoever operates it, where more is known than the
	 * reason says, or {@code null}.
	 */
	public @Nullable String remedy() {
		return this.remedy;
	}

	/**
	 * A failure as the exception that tells about it.
	 */
	static AuditLogException of(Throwable failure) {
		return (failure instanceof AuditLogException known) ? new AuditLogException(known.reason,
				String.valueOf(known.getMessage()), known, known.displaced, known.remedy)
				: Stored.told(StoreException.unwritable(failure));
	}

	/**
	 * The same as if the store had failed.
	 */
	static AuditLogException of(Fault fault) {
		return Stored.told(new StoreException(fault, null));
	}

}
