package dev.grantex.gemma.sync;

import dev.grantex.gemma.GrantexGemmaException;

/**
 * Thrown if no bundle may be requested because the newest one of this agent, user and
 * device was revoked, which is not the one on the device.
 */
final class NewestBundleRevokedException extends GrantexGemmaException {

	private static final long serialVersionUID = 1L;

	private final String bundleId;

	NewestBundleRevokedException(String bundleId) {
		super("The newest bundle of this agent, user and device was revoked");
		this.bundleId = bundleId;
	}

	String bundleId() {
		return this.bundleId;
	}

}
