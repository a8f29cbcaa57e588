package dev.grantex.gemma.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.cloud.SyncBatch;

/**
 * What values properties may have, checked while the application starts: found out later
 * they would deny calls or stop synchronization on a device that nobody watches.
 */
final class PropertyRules {

	private static final String PREFIX = "grantex.gemma.";

	private static final Pattern UNRESOLVED = Pattern.compile("\\$\\{[A-Za-z0-9_.-]+}");

	private static final int MOST_SCOPES = 100;

	/** The protocol's own limit. */
	private static final int DEEPEST_DELEGATION = 10;

	private PropertyRules() {
	}

	/**
	 * Checks all properties that are more than a path or a name.
	 * @throws InvalidPropertyException naming the first that cannot be used
	 */
	static void check(GrantexGemmaProperties properties) {
		checkResolved(properties);
		checkApi(properties.api());
		checkRequest(properties);
		checkVerifier(properties.verifier());
		checkAudit(properties.audit());
		checkFiles(properties);
		checkSync(properties.sync());
	}

	private static void checkResolved(GrantexGemmaProperties properties) {
		requireResolved("api.key", properties.api().key());
		requireResolved("agent-id", properties.agentId());
		requireResolved("user-id", properties.userId());
		requireResolved("device-id", properties.deviceId());
		properties.scopes().forEach((scope) -> requireResolved("scopes", scope));
		requireResolved("bundle.encryption-key", properties.bundle().encryptionKey());
		requireResolved("bundle.passphrase", properties.bundle().passphrase());
	}

	/** What cannot be resolved in a property stays as it is written there. */
	private static void requireResolved(String property, @Nullable String value) {
		if (value != null && UNRESOLVED.matcher(value).matches()) {
			throw new InvalidPropertyException(PREFIX + property, "the variable it refers to is not set",
					"Set the environment variable or property " + value.substring(2, value.length() - 1) + ".");
		}
	}

	private static void checkApi(GrantexGemmaProperties.Api api) {
		requireBetween("api.connect-timeout", api.connectTimeout(), Duration.ofMillis(1), Duration.ofHours(1), "10s");
		requireBetween("api.read-timeout", api.readTimeout(), Duration.ofMillis(1), Duration.ofHours(1), "30s");
		if (StringUtils.hasText(api.key())) {
			try {
				GrantexClient.builder().apiKey(api.key());
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidPropertyException(PREFIX + "api.key",
						"an API key has only visible ASCII characters, 4096 at most, and no white space",
						"Copy the API key again, without quotes, line breaks and blanks, and keep it outside the"
								+ " project, for example in the environment variable GRANTEX_GEMMA_API_KEY.");
			}
		}
	}

	private static void checkRequest(GrantexGemmaProperties properties) {
		requireBetween("offline-ttl", properties.offlineTtl(), Duration.ofSeconds(1), Duration.ofHours(168), "72h");
		requireText("scopes", properties.scopes());
		if (properties.scopes().size() > MOST_SCOPES) {
			throw new InvalidPropertyException(PREFIX + "scopes", "a bundle has 100 scopes at most",
					"Leave out scopes that the agent does not need.");
		}
		double threshold = properties.bundle().refreshThreshold();
		if (!(threshold >= 0 && threshold <= 1)) {
			throw outOfRange("bundle.refresh-threshold", "0", "1", "0.2");
		}
	}

	private static void checkVerifier(GrantexGemmaProperties.Verifier verifier) {
		requireBetween("verifier.clock-skew", verifier.clockSkew(), Duration.ZERO, Duration.ofHours(24), "30s");
		requireBetween("verifier.max-delegation-depth", verifier.maxDelegationDepth(), 0, DEEPEST_DELEGATION, "3");
		requireText("verifier.required-scopes", verifier.requiredScopes());
		requireText("verifier.developers", verifier.developers());
	}

	private static void checkAudit(GrantexGemmaProperties.Audit audit) {
		if (audit.maxSize().toBytes() < 1) {
			throw new InvalidPropertyException(PREFIX + "audit.max-size", "it must be positive",
					"Set a size such as 50MB, or leave it out.");
		}
		if (audit.retention().isNegative() || audit.retention().isZero()) {
			throw new InvalidPropertyException(PREFIX + "audit.retention", "it must be positive",
					"Set a duration such as 30d, or leave it out.");
		}
		if (audit.maxTotalSize().toBytes() / 2 < audit.maxSize().toBytes()) {
			throw new InvalidPropertyException(PREFIX + "audit.max-total-size",
					"it must be at least twice '" + PREFIX + "audit.max-size', so that one file can be written while"
							+ " another waits for delivery",
					"Set a larger size such as 1GB, or a smaller '" + PREFIX + "audit.max-size'.");
		}
	}

	private static void checkFiles(GrantexGemmaProperties properties) {
		GrantexGemmaProperties.Audit audit = properties.audit();
		if (audit.path().toAbsolutePath().normalize().equals(properties.bundle().path().toAbsolutePath().normalize())) {
			throw new InvalidPropertyException(PREFIX + "audit.path", "the bundle is kept in the same file",
					"Give '" + PREFIX + "audit.path' and '" + PREFIX + "bundle.path' different files.");
		}
	}

	private static void checkSync(GrantexGemmaProperties.Sync sync) {
		requireBetween("sync.interval", sync.interval(), Duration.ofMillis(1), Duration.ofDays(365), "5m");
		requireBetween("sync.batch-size", sync.batchSize(), 1, SyncBatch.MAX_ENTRIES, "100");
	}

	private static void requireText(String property, List<String> values) {
		if (!values.stream().allMatch(StringUtils::hasText)) {
			throw new InvalidPropertyException(PREFIX + property, "one of its values is empty",
					"Remove the empty value, for example a comma too many.");
		}
	}

	private static void requireBetween(String property, Duration value, Duration least, Duration most,
			String byDefault) {
		if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
			throw outOfRange(property, text(least), text(most), byDefault);
		}
	}

	private static void requireBetween(String property, int value, int least, int most, String byDefault) {
		if (value < least || value > most) {
			throw outOfRange(property, String.valueOf(least), String.valueOf(most), byDefault);
		}
	}

	private static InvalidPropertyException outOfRange(String property, String least, String most, String byDefault) {
		return new InvalidPropertyException(PREFIX + property, "it must be between " + least + " and " + most,
				"Set a value in this range, or leave it out for " + byDefault + ".");
	}

	private static String text(Duration duration) {
		if (duration.toHours() > 0) {
			return duration.toHours() + "h";
		}
		return (duration.toSeconds() > 0 || duration.isZero()) ? duration.toSeconds() + "s"
				: duration.toMillis() + "ms";
	}

}
