package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells what to do about a second process, or a second context.
 */
class AuditLogInUseFailureAnalyzer extends AbstractFailureAnalyzer<AuditLogInUseException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, AuditLogInUseException cause) {
		boolean here = cause.isInThisProcess();
		return new FailureAnalysis(
				"The audit log at 'grantex.gemma.audit.path' is in use by "
						+ (here ? "another application context in this process." : "another process."),
				(here ? "Close the other context and let the calls end that it still records, or give each context"
						: "Stop the other process, or give each process")
						+ " its own 'grantex.gemma.audit.path' and 'grantex.gemma.bundle.path'.",
				cause);
	}

}
