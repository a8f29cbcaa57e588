package dev.grantex.gemma.audit;

/**
 * Something else writes the same chain, or has the active file.
 */
public final class LogInUseException extends AuditLogException {

	private final boolean inThisProcess;

	LogInUseException(boolean inThisProcess) {
		super(LOG_LOCKED, message(inThisProcess));
		this.inThisProcess = inThisProcess;
	}

	static String message(boolean inThisProcess) {
		return inThisProcess ? "The audit log is already open in this process"
				: "The audit log is already open in another process; only one may write it";
	}

	/**
	 * Whether it is another log of this process, if need be of another class loader, that
	 * has to be closed first.
	 */
	public boolean isInThisProcess() {
		return this.inThisProcess;
	}

}
