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
		if (cause instanceof AuditLogException known) {
			return AuditLogException.of(known);
		}
		if (failure.fault().isInUse() && !(cause instanceof StoreException)) {
			return new LogInUseException(failure.fault().isHere());
		}
		return new AuditLogException(failure.fault(), String.valueOf(failure.getMessage()),
				(cause != null && !(cause instanceof StoreException)) ? cause : failure, remedy(failure));
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
