package dev.grantex.sample.demo;

import java.util.List;

/**
 * The Grantex service as seen not from the device but from the other side.
 */
interface Cloud {

	/**
	 * Cuts the connection between device and service.
	 * @return whether the demo is able to
	 */
	boolean cutConnection();

	void restoreConnection();

	/**
	 * The hashes of the entries the service has accepted for a bundle, in their order.
	 */
	List<String> acceptedHashes(String bundleId);

	/**
	 * Withdraws the user's consent.
	 */
	void revoke(String bundleId);

}
