package dev.grantex.gemma.grant;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

import dev.grantex.gemma.ScopeViolationException;

/**
 * What a grant's scopes allow. Scopes are compared as whole texts: there are no prefixes
 * and no wildcards.
 */
public final class Scopes {

	private Scopes() {
	}

	/**
	 * Whether the grant has a scope.
	 * @param grant a verified grant
	 * @param scope the scope
	 */
	public static boolean has(VerifiedGrant grant, String scope) {
		return grant.scopes().contains(scope);
	}

	/**
	 * Demands that the grant has every one of some scopes.
	 * @param grant a verified grant
	 * @param required the scopes; without any, nothing is demanded
	 * @throws ScopeViolationException if one is missing
	 */
	public static void enforce(VerifiedGrant grant, String... required) {
		enforce(grant, Arrays.asList(required));
	}

	/**
	 * Demands that the grant has every one of some scopes.
	 * @param grant a verified grant
	 * @param required the scopes; without any, nothing is demanded
	 * @throws ScopeViolationException if one is missing
	 */
	public static void enforce(VerifiedGrant grant, Collection<String> required) {
		List<String> missing = missing(grant, required);
		if (!missing.isEmpty()) {
			throw new ScopeViolationException(missing);
		}
	}

	/**
	 * The scopes the grant lacks.
	 * @param grant a verified grant
	 * @param required the scopes to look for
	 * @return those that were not granted, in the order they were asked for
	 */
	public static List<String> missing(VerifiedGrant grant, Collection<String> required) {
		return required.stream().filter((scope) -> !has(grant, scope)).toList();
	}

}
