package dev.grantex.gemma.audit;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

import dev.grantex.gemma.audit.json.UnicodeText;
import dev.grantex.gemma.grant.BundleIdentity;

/**
 * Makes every field of an entry acceptable to the service, which counts UTF-16 units,
 * refuses NUL, and never gets past an entry that it refused.
 */
public final class EntryFields {

	private static final int MAX_ACTION = 256;

	private static final int MAX_RESULT = 64;

	private static final int MAX_AGENT_DID = 512;

	private static final int MAX_GRANT_ID = 128;

	private static final int MAX_SCOPE = 256;

	private static final int MAX_SCOPES = 100;

	private static final String EMPTY = "unknown";

	private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

	private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter
		.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
		.withZone(ZoneOffset.UTC);

	private EntryFields() {
	}

	static String action(String action) {
		return clean(action, MAX_ACTION);
	}

	static String result(String result) {
		return clean(result, MAX_RESULT);
	}

	/**
	 * A time in the one form that the service can export again unchanged, held within the
	 * years that this form can express and the service can store.
	 */
	public static String timestamp(Instant time) {
		Instant held = time.isBefore(EARLIEST) ? EARLIEST : (time.isAfter(LATEST) ? LATEST : time);
		return TIMESTAMP.format(held.truncatedTo(ChronoUnit.MILLIS));
	}

	/**
	 * The scopes of a bundle that leave the hash unambiguous, or all if there are none.
	 */
	static List<String> scopes(List<String> scopes) {
		List<String> clean = scopes.stream()
			.filter((scope) -> isAcceptable(scope, MAX_SCOPE) && isUnambiguous(scope))
			.limit(MAX_SCOPES)
			.toList();
		return !clean.isEmpty() ? clean
				: scopes.stream().filter((scope) -> isAcceptable(scope, MAX_SCOPE)).limit(MAX_SCOPES).toList();
	}

	/**
	 * Checks what entries must take from the bundle as it is.
	 * @throws AuditLogException if the service would refuse every entry
	 */
	static void requireAcceptable(BundleIdentity identity) {
		if (!isAcceptable(identity.agentDid(), MAX_AGENT_DID) || !isAcceptable(identity.grantId(), MAX_GRANT_ID)
				|| scopes(identity.scopes()).isEmpty()) {
			throw new AuditLogException(AuditLogException.BUNDLE_UNUSABLE,
					"The bundle's agent, grant or scopes cannot stand in an audit entry");
		}
	}

	private static boolean isAcceptable(String text, int max) {
		if (text.isEmpty() || text.length() > max) {
			return false;
		}
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) == '\0' || UnicodeText.isLoneSurrogate(text, i)) {
				return false;
			}
		}
		return true;
	}

	private static boolean isUnambiguous(String scope) {
		return scope.chars().noneMatch((c) -> c == '|' || c == ',' || Character.isISOControl(c));
	}

	private static String clean(String text, int max) {
		int end = Math.min(text.length(), max);
		if (end < text.length() && Character.isSurrogatePair(text.charAt(end - 1), text.charAt(end))) {
			end--;
		}
		StringBuilder out = new StringBuilder(end);
		for (int i = 0; i < end; i++) {
			char c = text.charAt(i);
			boolean replaced = c == '|' || Character.isISOControl(c) || UnicodeText.isLoneSurrogate(text, i);
			out.append(replaced ? '_' : c);
		}
		return (out.length() > 0) ? out.toString() : EMPTY;
	}

}
