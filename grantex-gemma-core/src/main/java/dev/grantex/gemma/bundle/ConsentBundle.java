package dev.grantex.gemma.bundle;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.BundleTamperedException;

/**
 * Everything a device needs to act offline for a user: the grant token, the keys to
 * verify it with, and the key to sign evidence with.
 *
 * @param bundleId the bundle's id; the audit chain belongs to it
 * @param grantToken the grant as an RS256 JWS
 * @param jwksSnapshot the service's keys as of the last contact
 * @param offlineAuditKey the key that signs audit entries
 * @param checkpointAt when the service issued or last refreshed the bundle
 * @param syncEndpoint where the service says evidence goes
 * @param offlineExpiresAt when the bundle ends, exclusive
 * @param state what the device itself remembers about the bundle; absent in a bundle that
 * comes from the service or was stored by another package
 */
public record ConsentBundle(String bundleId, String grantToken, JwksSnapshot jwksSnapshot,
		OfflineAuditKey offlineAuditKey, Instant checkpointAt, @Nullable String syncEndpoint, Instant offlineExpiresAt,
		@Nullable BundleState state) {

	public ConsentBundle {
		Objects.requireNonNull(bundleId, "bundleId");
		Objects.requireNonNull(grantToken, "grantToken");
		Objects.requireNonNull(jwksSnapshot, "jwksSnapshot");
		Objects.requireNonNull(offlineAuditKey, "offlineAuditKey");
		Objects.requireNonNull(checkpointAt, "checkpointAt");
		Objects.requireNonNull(offlineExpiresAt, "offlineExpiresAt");
	}

	public ConsentBundle(String bundleId, String grantToken, JwksSnapshot jwksSnapshot, OfflineAuditKey offlineAuditKey,
			Instant checkpointAt, @Nullable String syncEndpoint, Instant offlineExpiresAt) {
		this(bundleId, grantToken, jwksSnapshot, offlineAuditKey, checkpointAt, syncEndpoint, offlineExpiresAt, null);
	}

	/**
	 * Reads a bundle from the JSON the service answers with. Unknown members are ignored.
	 * @param json a JSON object
	 * @return the bundle
	 * @throws BundleTamperedException if a member is missing or of the wrong type
	 */
	public static ConsentBundle parse(String json) {
		return BundleJson.read(json);
	}

	/**
	 * Writes the bundle as JSON with the API's member names. The result holds the private
	 * key.
	 */
	public String toJson() {
		return BundleJson.write(this);
	}

	public ConsentBundle withState(BundleState state) {
		return new ConsentBundle(this.bundleId, this.grantToken, this.jwksSnapshot, this.offlineAuditKey,
				this.checkpointAt, this.syncEndpoint, this.offlineExpiresAt, state);
	}

	/**
	 * The same without the private audit key, to be stored once nothing is left to sign.
	 */
	public ConsentBundle withoutPrivateKey() {
		OfflineAuditKey erased = new OfflineAuditKey(this.offlineAuditKey.publicKey(), null,
				this.offlineAuditKey.algorithm());
		return new ConsentBundle(this.bundleId, this.grantToken, this.jwksSnapshot, erased, this.checkpointAt,
				this.syncEndpoint, this.offlineExpiresAt, this.state);
	}

	/**
	 * That the bundle was revoked, if the device remembers that.
	 */
	public @Nullable Revocation revocation() {
		return (this.state != null) ? this.state.revocation() : null;
	}

	/**
	 * That the bundle's chain can no longer grow on the service, if the device remembers
	 * that.
	 */
	public @Nullable Stranding stranding() {
		return (this.state != null) ? this.state.stranding() : null;
	}

	/**
	 * Whether the bundle has ended.
	 */
	public boolean isExpiredAt(Instant now) {
		return !now.isBefore(this.offlineExpiresAt);
	}

	/**
	 * Whether less than a share of the bundle's life time is left. Also {@code true} when
	 * the bundle ended, or was issued after {@code now}: then its times cannot be
	 * trusted.
	 * @param now the service's time
	 * @param threshold the share, between 0 and 1
	 * @throws IllegalArgumentException if the threshold is out of range
	 */
	public boolean isDueForRefreshAt(Instant now, double threshold) {
		if (!(threshold >= 0 && threshold <= 1)) {
			throw new IllegalArgumentException("The threshold must be between 0 and 1");
		}
		if (isExpiredAt(now) || now.isBefore(this.checkpointAt)) {
			return true;
		}
		double life = millis(Duration.between(this.checkpointAt, this.offlineExpiresAt));
		return millis(Duration.between(now, this.offlineExpiresAt)) < life * threshold;
	}

	/**
	 * Leaves token and keys out.
	 */
	@Override
	public String toString() {
		return "ConsentBundle[bundleId=" + this.bundleId + ", offlineExpiresAt=" + this.offlineExpiresAt + "]";
	}

	private static double millis(Duration duration) {
		return duration.getSeconds() * 1000.0 + duration.getNano() / 1_000_000.0;
	}

}
