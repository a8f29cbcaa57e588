package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import dev.grantex.gemma.bundle.InvalidBundleKeyException;

/**
 * Tells how to make a key for the consent bundle.
 */
class InvalidBundleKeyFailureAnalyzer extends AbstractFailureAnalyzer<InvalidBundleKeyException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, InvalidBundleKeyException cause) {
		return new FailureAnalysis("The consent bundle cannot be encrypted: " + cause.getMessage() + ".",
				"Set exactly one of 'grantex.gemma.bundle.encryption-key' (64 hexadecimal digits, made with"
						+ " 'openssl rand -hex 32') and 'grantex.gemma.bundle.passphrase', and keep it outside the"
						+ " project, for example in the environment variable GRANTEX_GEMMA_BUNDLE_ENCRYPTIONKEY.",
				cause);
	}

}
