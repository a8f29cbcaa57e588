package dev.grantex.gemma.audit;

import dev.grantex.gemma.audit.verifier.VerifierCommand;

/**
 * Verifies log files on the command line, without an application. The exit code is 0 when
 * all holds, 1 when the log is broken, and 2 when it could not be read. Nothing is
 * written but the report.
 */
public final class AuditLogVerifier {

	private AuditLogVerifier() {
	}

	/**
	 * Verifies log files and ends the virtual machine with the exit code.
	 * @param args options and files, as {@code --help} lists them
	 */
	public static void main(String[] args) {
		VerifierCommand.main(args);
	}

}
