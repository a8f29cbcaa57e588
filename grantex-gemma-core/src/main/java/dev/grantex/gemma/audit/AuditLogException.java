package dev.grantex.gemma.audit;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.file.UnsafeFileException;

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
				String.valueOf(known.getMessage()), known, known.displaced, known.remedy) : unwritable(failure);
	}

	static AuditLogException unwritable(@Nullable Throwable cause) {
		return new AuditLogException(LOG_UNWRITABLE, "The audit log could not be written", cause);
	}

	static AuditLogException unreadable(IOException cause) {
		return new AuditLogException(LOG_UNWRITABLE, "The audit log could not be read", cause, false,
				"A file of the audit log cannot be read: check the disk at grantex.gemma.audit.path. Calls are allowed"
						+ " again as soon as it can be.");
	}

	static AuditLogException corrupted() {
		return new AuditLogException(LOG_CORRUPTED,
				"The audit log on disk is damaged; nothing was changed. Keep its files and investigate");
	}

	static AuditLogException truncated() {
		return new AuditLogException(LOG_TRUNCATED,
				"The audit log on disk ends before its seal; nothing was changed. Keep its files and investigate");
	}

	static AuditLogException missing() {
		return new AuditLogException(LOG_MISSING,
				"A file of the audit log, or its seal, is missing; nothing was changed. Put it back or investigate");
	}

	static AuditLogException displaced() {
		return new AuditLogException(LOG_MISSING,
				"Another file lies in the place of the open audit log; move it away and do not stop this process before",
				null, true, null);
	}

	static AuditLogException deleted() {
		return new AuditLogException(LOG_MISSING,
				"These entries of the audit log are no longer kept; the service had accepted them");
	}

	static AuditLogException outdated() {
		return new AuditLogException(BUNDLE_OUTDATED,
				"The audit log was sealed with a key that the bundle does not know; nothing was changed");
	}

	/**
	 * A file is not safe from others; the cause says what to do.
	 */
	static AuditLogException unsafe(UnsafeFileException cause) {
		return new AuditLogException(LOG_UNSAFE, String.valueOf(cause.getMessage()), cause, false, cause.remedy());
	}

	static AuditLogException full() {
		return new AuditLogException(LOG_FULL, "The audit log has no room for another entry");
	}

	static AuditLogException closed() {
		return new AuditLogException(LOG_CLOSED, "The audit log is closed");
	}

}
