package dev.grantex.simulator;

/**
 * Makes the public views of bundles.
 */
final class BundleView {

	private BundleView() {
	}

	static SimulatedBundle of(Tables tables, Bundle bundle) {
		return new SimulatedBundle(bundle.id(), bundle.developerId(), bundle.agent().id(), bundle.userId(),
				bundle.deviceId(), bundle.devicePlatform(), bundle.scopes(), bundle.status().wireName(),
				bundle.revokedAt(), bundle.grantId(), Store.grant(tables, bundle).isRevoked(),
				bundle.offlineExpiresAt(), bundle.auditKey().publicKeyPem(), tables.entriesOf(bundle.id()).size());
	}

}
