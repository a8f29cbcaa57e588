package dev.grantex.gemma.autoconfigure;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * The application cannot start because another process writes its audit log.
 */
class AuditLogInUseException extends GrantexGemmaException {

	AuditLogInUseException() {
		super("The audit log is in use by another process");
	}

}
