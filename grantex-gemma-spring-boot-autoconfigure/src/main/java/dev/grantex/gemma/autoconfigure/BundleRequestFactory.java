package dev.grantex.gemma.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.bundle.BundleRequest;

/**
 * What a bundle is requested for, from the properties and the machine.
 */
final class BundleRequestFactory {

	private BundleRequestFactory() {
	}

	/**
	 * The request, or nothing if agent, user or scopes are not configured.
	 */
	static @Nullable BundleRequest create(GrantexGemmaProperties properties) {
		String agentId = properties.agentId();
		String userId = properties.userId();
		if (!StringUtils.hasText(agentId) || !StringUtils.hasText(userId) || properties.scopes().isEmpty()) {
			return null;
		}
		String deviceId = StringUtils.hasText(properties.deviceId()) ? properties.deviceId() : HostName.get();
		String platform = StringUtils.hasText(properties.devicePlatform()) ? properties.devicePlatform()
				: System.getProperty("os.name", "unknown").toLowerCase(Locale.ROOT);
		return new BundleRequest(agentId, userId, properties.scopes(), ttl(properties.offlineTtl()), deviceId,
				platform);
	}

	private static String ttl(Duration ttl) {
		return (ttl.toSeconds() % 3600 == 0) ? ttl.toHours() + "h" : ttl.toSeconds() + "s";
	}

}
