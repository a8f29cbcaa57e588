package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells what to do about a second process.
 */
class AuditLogInUseFailureAnalyzer extends AbstractFailureAnalyzer<AuditLogInUseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, AuditLogInUseException cause) {
		return new FailureAnalysis("The audit log at 'grantex.gemma.audit.path' is in use by another process.",
				"Stop the other process, or give each process its own 'grantex.gemma.audit.path' and"
						+ " 'grantex.gemma.bundle.path'.",
				cause);
	}

}
