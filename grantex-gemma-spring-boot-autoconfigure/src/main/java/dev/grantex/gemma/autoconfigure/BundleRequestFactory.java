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

	private static final Duration LONGEST_TTL = Duration.ofHours(168);

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
		if (ttl.isNegative() || ttl.toSeconds() == 0 || ttl.compareTo(LONGEST_TTL) > 0) {
			throw new IllegalArgumentException("'grantex.gemma.offline-ttl' must be between 1s and 168h");
		}
		return (ttl.toSeconds() % 3600 == 0) ? ttl.toHours() + "h" : ttl.toSeconds() + "s";
	}

}
