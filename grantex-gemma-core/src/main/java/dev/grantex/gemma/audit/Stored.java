package dev.grantex.gemma.audit;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.file.UnsafeFileException;

/**
 * What a store is asked, with its faults as those that users know.
 */
final class Stored {

	private Stored() {
	}

	/**
	 * @throws AuditLogException if the store fails
	 */
	static <T> T get(Supplier<T> call) {
		try {
			return call.get();
		}
		catch (StoreException ex) {
			throw told(ex);
		}
	}

	/**
	 * @throws AuditLogException if the store fails
	 */
	static void run(Runnable call) {
		get(() -> {
			call.run();
			return call;
		});
	}

	/**
	 * A fault as the exception that tells about it.
	 */
	static AuditLogException told(StoreException failure) {
		Throwable cause = failure.getCause();
		if (failure.fault().isInUse() && !(cause instanceof StoreException)) {
			return new LogInUseException(failure.fault().isHere());
		}
		return new AuditLogException(failure.fault(), message(failure),
				(cause != null && !(cause instanceof StoreException)) ? cause : failure, remedy(failure));
	}

	private static String message(StoreException failure) {
		return switch (failure.fault()) {
			case UNWRITABLE -> "The audit log could not be written";
			case UNREADABLE -> "The audit log could not be read";
			case CORRUPTED -> "The audit log on disk is damaged; nothing was changed. Keep its files and investigate";
			case TRUNCATED ->
				"The audit log on disk ends before its seal; nothing was changed. Keep its files and investigate";
			case MISSING ->
				"A file of the audit log, or its seal, is missing; nothing was changed. Put it back or investigate";
			case DISPLACED ->
				"Another file lies in the place of the open audit log; move it away and do not stop this process before";
			case DELETED -> "These entries of the audit log are no longer kept; the service had accepted them";
			case OUTDATED -> "The audit log was sealed with a key that the bundle does not know; nothing was changed";
			case FULL -> "The audit log has no room for another entry";
			case CLOSED -> "The audit log is closed";
			case UNUSABLE -> "The bundle's id cannot stand in a seal";
			case IN_USE_HERE -> LogInUseException.message(true);
			case IN_USE_ELSEWHERE -> LogInUseException.message(false);
			case UNSAFE -> String.valueOf(failure.getMessage());
		};
	}

	private static @Nullable String remedy(StoreException failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnsafeFileException unsafe) {
				return unsafe.remedy();
			}
		}
		return switch (failure.fault()) {
			case UNREADABLE -> "A file of the audit log cannot be read: check the disk at grantex.gemma.audit.path."
					+ " Calls are allowed again as soon as it can be.";
			default -> null;
		};
	}

}
