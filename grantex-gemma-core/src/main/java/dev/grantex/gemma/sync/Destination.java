package dev.grantex.gemma.sync;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * Where the entries of a chain go.
 *
 * @param bundleId the bundle whose chain the service has them in
 * @param deviceId the device they come from
 * @param syncEndpoint where the bundle says they go
 */
record Destination(String bundleId, @Nullable String deviceId, @Nullable String syncEndpoint) {

	static Destination of(ConsentBundle bundle) {
		BundleState state = bundle.state();
		String device = (state != null && state.request() != null) ? state.request().deviceId() : null;
		return new Destination(bundle.bundleId(), device, bundle.syncEndpoint());
	}

}
