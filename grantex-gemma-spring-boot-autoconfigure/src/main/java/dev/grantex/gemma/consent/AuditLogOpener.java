package dev.grantex.gemma.consent;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * Opens the audit log that belongs to a bundle.
 */
@FunctionalInterface
public interface AuditLogOpener {

	/**
	 * Opens the log, or begins it where the bundle has none yet.
	 * @param bundle the bundle
	 * @return the open log
	 * @throws AuditLogException if the log is in use, damaged or cannot be written
	 */
	OfflineAuditLog open(ConsentBundle bundle);

}
