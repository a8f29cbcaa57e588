package dev.grantex.gemma.bundle;

import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What a consent bundle is asked for.
 *
 * @param agentId the agent's id, as registered with the service
 * @param userId the user who consents
 * @param scopes the scopes asked for, 1 to 100
 * @param offlineTtl how long the bundle lives, as {@code <n>s|m|h|d}, 168 hours at most;
 * the service's default of 72 hours when absent
 * @param deviceId the device the bundle is for
 * @param devicePlatform the device's platform
 */
public record BundleRequest(String agentId, String userId, List<String> scopes, @Nullable String offlineTtl,
		@Nullable String deviceId, @Nullable String devicePlatform) {

	public BundleRequest {
		Objects.requireNonNull(agentId, "agentId");
		Objects.requireNonNull(userId, "userId");
		scopes = List.copyOf(scopes);
	}

	/**
	 * Whether both ask for the same consent: the same agent, user, device and set of
	 * scopes. Life time and platform may differ.
	 */
	public boolean asksForSameConsentAs(BundleRequest other) {
		return this.agentId.equals(other.agentId) && this.userId.equals(other.userId)
				&& Set.copyOf(this.scopes).equals(Set.copyOf(other.scopes))
				&& Objects.equals(this.deviceId, other.deviceId);
	}

}
