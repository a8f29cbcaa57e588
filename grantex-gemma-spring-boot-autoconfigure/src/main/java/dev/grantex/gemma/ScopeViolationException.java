package dev.grantex.gemma;

import java.util.Collection;
import java.util.List;

/**
 * The grant lacks scopes that are required.
 */
public class ScopeViolationException extends GrantexGemmaException {

	private final List<String> missingScopes;

	public ScopeViolationException(Collection<String> missingScopes) {
		super("The grant lacks a required scope");
		this.missingScopes = List.copyOf(missingScopes);
	}

	/**
	 * The required scopes that were not granted, in the order they were asked for.
	 */
	public List<String> missingScopes() {
		return this.missingScopes;
	}

}
