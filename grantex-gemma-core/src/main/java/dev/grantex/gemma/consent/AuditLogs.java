package dev.grantex.gemma.consent;

import dev.grantex.gemma.audit.AuditLogBuilder;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The audit logs of the device's bundles: where they are and how they are written.
 */
@FunctionalInterface
public interface AuditLogs {

	/**
	 * The log that belongs to a bundle, to be begun or opened.
	 * @param bundle the bundle, current or former
	 * @return a builder with all its settings
	 */
	AuditLogBuilder of(ConsentBundle bundle);

}
