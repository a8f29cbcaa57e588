package dev.grantex.gemma.sync;

/**
 * The limits of the service, each of which can ask for a pause of its own.
 */
enum ApiLimit {

	UPLOADS,

	/** Create and refresh. */
	ISSUING,

	/** Status and everything else that is only looked up. */
	LOOK_UPS

}
