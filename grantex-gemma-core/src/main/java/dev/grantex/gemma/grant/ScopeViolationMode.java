package dev.grantex.gemma.grant;

/**
 * What an {@link OfflineVerifier} does with a valid token that lacks a required scope.
 */
public enum ScopeViolationMode {

	/**
	 * Refuse it with a {@link dev.grantex.gemma.ScopeViolationException}.
	 */
	THROW,

	/**
	 * Accept it and log a warning.
	 */
	LOG

}
