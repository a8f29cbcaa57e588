package dev.grantex.simulator;

import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a bundle is valid, with the text it was asked for.
 */
record OfflineTtl(String text, Duration duration) {

	private static final Pattern FORM = Pattern.compile("([0-9]+)([smhd])");

	private static final long LONGEST_SECONDS = Duration.ofHours(168).toSeconds();

	static OfflineTtl parse(String text) {
		Matcher matcher = FORM.matcher(text);
		if (!matcher.matches() || new BigInteger(matcher.group(1)).signum() == 0) {
			throw new ApiException(400, "INVALID_TTL", "Invalid offlineTTL format: " + text);
		}
		BigInteger seconds = new BigInteger(matcher.group(1)).multiply(BigInteger.valueOf(unit(matcher.group(2))));
		if (seconds.compareTo(BigInteger.valueOf(LONGEST_SECONDS)) > 0) {
			throw new ApiException(422, "INVALID_TTL", "offlineTTL may not exceed 168 hours");
		}
		return new OfflineTtl(text, Duration.ofSeconds(seconds.longValueExact()));
	}

	private static long unit(String letter) {
		return switch (letter) {
			case "s" -> 1;
			case "m" -> 60;
			case "h" -> 3600;
			default -> 86400;
		};
	}

}
