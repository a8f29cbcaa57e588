package dev.grantex.gemma.sync;

/**
 * The steps of a cycle, in their order.
 */
public enum SyncStep {

	/** Asks whether the bundle or its grant was revoked. */
	STATUS,

	/** Delivers evidence. */
	UPLOAD,

	/** Renews the bundle. */
	REFRESH,

	/** Requests a new bundle. */
	ISSUE

}
