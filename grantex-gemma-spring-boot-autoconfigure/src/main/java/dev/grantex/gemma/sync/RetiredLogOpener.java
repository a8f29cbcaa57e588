package dev.grantex.gemma.sync;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * Opens what is left of a replaced bundle's audit log, to be read and delivered.
 */
@FunctionalInterface
public interface RetiredLogOpener {

	/**
	 * Opens the closed files of a bundle's chain.
	 * @param bundle a bundle that was replaced
	 * @return the log, to which nothing is appended any more
	 * @throws AuditLogException if the files are damaged or missing
	 */
	OfflineAuditLog open(ConsentBundle bundle);

}
