package dev.grantex.gemma.autoconfigure;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.consent.DenialReason;

/**
 * The application cannot start because something else writes its audit log.
 */
class AuditLogInUseException extends GrantexGemmaException {

	private final DenialReason denial;

	AuditLogInUseException(DenialReason denial) {
		super(denial.summary());
		this.denial = denial;
	}

	/**
	 * Whether another part of this process writes the log.
	 */
	boolean isInThisProcess() {
		return this.denial == DenialReason.LOG_HELD;
	}

}
