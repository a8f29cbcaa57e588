package dev.grantex.gemma.grant;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.OfflineVerificationException;

/**
 * The claims of a grant token, by their types. A claim that is present but of another
 * type, {@code null} or empty makes the token malformed.
 */
final class GrantClaims {

	/** The last second of the year 9999, the end of what the formats in use can write. */
	private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(253_402_300_799L);

	private static final int PROTOCOL_DEPTH = 10;

	/** Rounding a number with a hugely negative exponent would take as much memory. */
	private static final int MAX_SCALE = 64;

	private final Map<String, @Nullable Object> members;

	private final boolean repeated;

	private GrantClaims(StrictJson.Content content) {
		this.members = content.members();
		this.repeated = content.repeated();
	}

	static GrantClaims parse(byte[] payload) {
		try {
			return new GrantClaims(StrictJson.readObject(payload));
		}
		catch (IllegalArgumentException ex) {
			throw new OfflineVerificationException("The grant token's claims are not a JSON object");
		}
	}

	Map<String, @Nullable Object> members() {
		return this.members;
	}

	/**
	 * Whether a claim occurs twice, so that readers may differ on what the token says.
	 */
	boolean isAmbiguous() {
		return this.repeated;
	}

	/**
	 * When the token ends. The existing packages take {@code true} and {@code false} for
	 * the numbers 1 and 0. A moment before 1970 is one like any other.
	 */
	Instant expiry() {
		Object value = this.members.get("exp");
		if (value instanceof Boolean flag) {
			return Instant.ofEpochSecond(flag ? 1 : 0);
		}
		BigDecimal seconds = isNearZero(value) ? BigDecimal.ZERO : number(value);
		if (seconds == null || seconds.compareTo(LAST_SECOND) > 0) {
			throw malformed();
		}
		return instant(seconds.max(LAST_SECOND.negate()));
	}

	/**
	 * A moment from 1970 on. One after the year 9999 is the end of that year.
	 */
	@Nullable Instant optionalTime(String name) {
		if (!this.members.containsKey(name)) {
			return null;
		}
		BigDecimal seconds = number(this.members.get(name));
		if (seconds == null || seconds.signum() < 0) {
			throw malformed();
		}
		return instant(seconds.min(LAST_SECOND));
	}

	private static Instant instant(BigDecimal seconds) {
		BigDecimal whole = seconds.setScale(0, RoundingMode.FLOOR);
		return Instant.ofEpochSecond(whole.longValue(),
				seconds.subtract(whole).movePointRight(9).setScale(0, RoundingMode.CEILING).longValue());
	}

	String text(String name) {
		if (this.members.get(name) instanceof String text && !text.isEmpty()) {
			return text;
		}
		throw malformed();
	}

	@Nullable String optionalText(String name) {
		return this.members.containsKey(name) ? text(name) : null;
	}

	List<String> scopes() {
		if (!(this.members.get("scp") instanceof List<?> values) || values.isEmpty()) {
			throw malformed();
		}
		List<String> scopes = new ArrayList<>(values.size());
		for (Object value : values) {
			if (!(value instanceof String scope) || scope.isEmpty()) {
				throw malformed();
			}
			scopes.add(scope);
		}
		return scopes;
	}

	boolean isFor(String audience) {
		Object value = this.members.get("aud");
		return audience.equals(value) || (value instanceof List<?> values && values.contains(audience));
	}

	/**
	 * How often the grant was delegated.
	 * @throws OfflineVerificationException also if a parent is named for a grant that was
	 * not delegated
	 */
	int depth() {
		boolean child = this.members.containsKey("parentAgt") || this.members.containsKey("parentGrnt");
		int depth = 0;
		if (this.members.containsKey("delegationDepth")) {
			BigDecimal value = number(this.members.get("delegationDepth"));
			if (value == null || value.signum() < 0 || value.compareTo(BigDecimal.valueOf(PROTOCOL_DEPTH)) > 0
					|| value.stripTrailingZeros().scale() > 0) {
				throw malformed();
			}
			depth = value.intValue();
		}
		if (child && depth == 0) {
			throw malformed();
		}
		return depth;
	}

	/** A number has no more than 64 digits. */
	private static boolean isNearZero(@Nullable Object value) {
		return value instanceof BigDecimal number && number.scale() > MAX_SCALE;
	}

	private static @Nullable BigDecimal number(@Nullable Object value) {
		if (value instanceof Long number) {
			return BigDecimal.valueOf(number);
		}
		if (value instanceof BigInteger number) {
			return new BigDecimal(number);
		}
		return (value instanceof BigDecimal number && number.scale() <= MAX_SCALE) ? number : null;
	}

	static OfflineVerificationException malformed() {
		return new OfflineVerificationException("The grant token lacks a required claim or has one of the wrong type");
	}

}
