package dev.grantex.gemma.audit;

import dev.grantex.gemma.audit.store.Fault;

/**
 * Something else writes the same chain, or has the active file.
 */
public final class LogInUseException extends AuditLogException {

	private final boolean inThisProcess;

	LogInUseException(boolean inThisProcess) {
		super(LOG_LOCKED, (inThisProcess ? Fault.IN_USE_HERE : Fault.IN_USE_ELSEWHERE).message());
		this.inThisProcess = inThisProcess;
	}

	/**
	 * Whether it is another log of this process, if need be of another class loader, that
	 * has to be closed first.
	 */
	public boolean isInThisProcess() {
		return this.inThisProcess;
	}

}
