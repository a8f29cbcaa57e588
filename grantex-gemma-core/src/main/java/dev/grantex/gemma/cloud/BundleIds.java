package dev.grantex.gemma.cloud;

import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Which bundle ids are safe in an address. The service's are {@code bundle_} and a ULID.
 */
final class BundleIds {

	private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	private BundleIds() {
	}

	static boolean isValid(@Nullable String bundleId) {
		return bundleId != null && ID.matcher(bundleId).matches();
	}

	static String require(@Nullable String bundleId) {
		if (bundleId == null || !isValid(bundleId)) {
			throw new IllegalArgumentException("The bundle id is not valid");
		}
		return bundleId;
	}

}
