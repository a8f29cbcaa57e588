package dev.grantex.gemma.bundle;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the device itself must remember about a bundle, in secret and across restarts. It
 * is kept with the bundle as extra JSON members, which the existing packages ignore.
 *
 * @param request what the bundle was asked for
 * @param auditKeys every public key of the bundle's chain, oldest first
 * @param refreshPending whether a refresh was begun whose answer may have been lost, and
 * the audit key with it
 * @param revocation set once the bundle was revoked, for good
 */
public record BundleState(@Nullable BundleRequest request, List<AuditPublicKey> auditKeys, boolean refreshPending,
		@Nullable Revocation revocation) {

	public BundleState {
		auditKeys = List.copyOf(auditKeys);
	}

	public BundleState withRefreshPending(boolean refreshPending) {
		return new BundleState(this.request, this.auditKeys, refreshPending, this.revocation);
	}

	public BundleState withRevocation(Revocation revocation) {
		return new BundleState(this.request, this.auditKeys, this.refreshPending, revocation);
	}

	public BundleState withAuditKeys(List<AuditPublicKey> auditKeys) {
		return new BundleState(this.request, auditKeys, this.refreshPending, this.revocation);
	}

}
