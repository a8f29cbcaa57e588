package dev.grantex.gemma.grant;

import com.nimbusds.jose.jwk.JWKSet;

/**
 * The usable keys of one answer, in the form in which the JOSE library caches key sets.
 */
final class PublishedKeys extends JWKSet {

	private final transient VerificationKeys keys;

	PublishedKeys(VerificationKeys keys) {
		this.keys = keys;
	}

	VerificationKeys keys() {
		return this.keys;
	}

}
