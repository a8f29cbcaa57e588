package dev.grantex.gemma.cloud;

import java.util.List;

import dev.grantex.gemma.GrantexAuthException;

/**
 * The service refused a batch of audit entries, all of it: {@code INVALID_AUDIT_ENTRIES}
 * (400) for entries that are wrong in themselves, {@code AUDIT_CHAIN_CONFLICT} (409) for
 * entries that do not continue the chain the service has.
 */
public class AuditRejectedException extends GrantexAuthException {

	/**
	 * The code for entries that are wrong in themselves.
	 */
	public static final String INVALID_AUDIT_ENTRIES = "INVALID_AUDIT_ENTRIES";

	/**
	 * The code for entries that do not continue the chain the service has.
	 */
	public static final String AUDIT_CHAIN_CONFLICT = "AUDIT_CHAIN_CONFLICT";

	private final List<EntryError> errors;

	public AuditRejectedException(int statusCode, String code, List<EntryError> errors) {
		super("The Grantex API refused audit entries", statusCode, code);
		this.errors = List.copyOf(errors);
	}

	/**
	 * Which entries were refused, in the service's order. Entries that are not named were
	 * not accepted either.
	 */
	public List<EntryError> errors() {
		return this.errors;
	}

	/**
	 * Whether entries do not continue the chain the service has.
	 */
	public boolean isChainConflict() {
		return AUDIT_CHAIN_CONFLICT.equals(code());
	}

}
