package dev.grantex.gemma.audit;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

import dev.grantex.gemma.audit.store.ChainId;
import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.BundleIdentity;

/**
 * The chain of a bundle, before anything is known of what there is of it on disk.
 *
 * @param bundle the bundle
 * @param identity what the bundle's token says
 * @param publicKeys the public keys that may have signed it, in PEM, oldest first
 * @param codec knows the same keys
 */
record BundleChain(ConsentBundle bundle, BundleIdentity identity, Set<String> publicKeys, EntryCodec codec) {

	/**
	 * The chain of a bundle.
	 * @param further public keys besides those the bundle knows of
	 * @throws AuditLogException if the service would refuse every entry of the bundle, or
	 * a public key is unreadable
	 */
	static BundleChain of(ConsentBundle bundle, Collection<String> further) {
		BundleIdentity identity = BundleIdentity.of(bundle);
		EntryFields.requireAcceptable(identity);
		Set<String> publicKeys = new LinkedHashSet<>(further);
		BundleState state = bundle.state();
		if (state != null) {
			state.auditKeys().stream().map(AuditPublicKey::publicKey).forEach(publicKeys::add);
		}
		publicKeys.add(bundle.offlineAuditKey().publicKey());
		try {
			return new BundleChain(bundle, identity, publicKeys, new EntryCodec(new ChainKeys(publicKeys)));
		}
		catch (IllegalArgumentException ex) {
			throw new AuditLogException(AuditLogException.KEY_UNUSABLE, "A public key of the audit log is unreadable");
		}
	}

	/**
	 * Which chain it is.
	 */
	ChainId id() {
		return new ChainId(this.bundle.bundleId(), this.identity.grantId());
	}

	/**
	 * The public keys in one file, each once.
	 */
	String publicKeyFile() {
		return this.publicKeys.stream()
			.map((key) -> AuditKeys.pem(AuditKeys.publicKey(key)))
			.distinct()
			.collect(Collectors.joining());
	}

}
