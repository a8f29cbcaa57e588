package dev.grantex.gemma.audit;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.UnicodeText;
import dev.grantex.gemma.grant.BundleIdentity;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Makes the entries of one bundle, and every field of them acceptable to the service,
 * which counts UTF-16 units, refuses NUL, and never gets past an entry that it refused.
 */
public final class EntryFactory {

	static final String CALLER = "caller";

	/** The member of the caller that identifies its token. */
	static final String TOKEN = "jti";

	private static final Set<String> RESERVED = Set.of(CALLER, OpenIntents.MEMBER, RepeatedDenials.MEMBER);

	private static final int MAX_ACTION = 256;

	private static final int MAX_RESULT = 64;

	private static final int MAX_AGENT_DID = 512;

	private static final int MAX_GRANT_ID = 128;

	private static final int MAX_SCOPE = 256;

	private static final int MAX_SCOPES = 100;

	private static final String EMPTY = "unknown";

	private static final int NANOS_PER_MILLI = 1_000_000;

	private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

	private final BundleIdentity identity;

	private final EntryDraft.Author author;

	private final EntryCodec codec;

	private final Clock clock;

	EntryFactory(BundleIdentity identity, EntryCodec codec, Clock clock) {
		this.identity = identity;
		this.author = EntryDraft.Author.of(identity, scopes(identity.scopes()));
		this.codec = codec;
		this.clock = clock;
	}

	Clock clock() {
		return this.clock;
	}

	EntryCodec codec() {
		return this.codec;
	}

	/**
	 * What entries say about the grant of a call: who called, unless it is the bundle's
	 * own grant.
	 */
	Map<String, Object> caller(@Nullable VerifiedGrant grant) {
		if (grant == null || isOwn(grant)) {
			return Map.of();
		}
		Map<String, Object> caller = new LinkedHashMap<>();
		caller.put("agentDid", grant.agentDid());
		caller.put("principalDid", grant.principalDid());
		caller.put("grantId", grant.grantId());
		if (grant.depth() > 0) {
			caller.put("depth", grant.depth());
		}
		if (grant.parentGrantId() != null) {
			caller.put("parentGrantId", grant.parentGrantId());
		}
		caller.put(TOKEN, grant.jti());
		return Map.of(CALLER, caller);
	}

	/**
	 * Makes facts safe, so that they can be compared and stand among what the log itself
	 * has to say.
	 */
	Map<String, Object> facts(Map<String, ?> facts) {
		return SafeMetadata.of(facts, Map.of(), RESERVED);
	}

	/**
	 * What an entry will say, whatever its place in the chain will be.
	 * @param metadata the application's own, of any size, shape and behaviour
	 * @param own what the log itself adds to it, which comes first
	 */
	EntryDraft draft(EntryDraft.Kind kind, String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, Map<String, Object> own) {
		Map<String, Object> all = new LinkedHashMap<>(own);
		all.putAll(caller(grant));
		Map<String, Object> safe = (metadata == null && all.isEmpty()) ? null
				: SafeMetadata.of((metadata != null) ? metadata : Map.of(), all, RESERVED);
		return new EntryDraft(this.author, kind, action(action), result(result), safe);
	}

	/**
	 * This moment, as it stands in an entry.
	 */
	String timestamp() {
		return timestamp(this.clock.instant());
	}

	private boolean isOwn(VerifiedGrant grant) {
		return grant.agentDid().equals(this.identity.agentDid()) && grant.grantId().equals(this.identity.grantId())
				&& grant.principalDid().equals(this.identity.principalDid());
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
		LocalDateTime utc = LocalDateTime.ofEpochSecond(held.getEpochSecond(), held.getNano(), ZoneOffset.UTC);
		StringBuilder out = new StringBuilder("0000-00-00T00:00:00.000Z".length());
		append(out, utc.getYear(), 4).append('-');
		append(out, utc.getMonthValue(), 2).append('-');
		append(out, utc.getDayOfMonth(), 2).append('T');
		append(out, utc.getHour(), 2).append(':');
		append(out, utc.getMinute(), 2).append(':');
		append(out, utc.getSecond(), 2).append('.');
		return append(out, utc.getNano() / NANOS_PER_MILLI, 3).append('Z').toString();
	}

	private static StringBuilder append(StringBuilder out, int number, int digits) {
		if (digits > 1) {
			append(out, number / 10, digits - 1);
		}
		return out.append((char) ('0' + number % 10));
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
		if (end == 0) {
			return EMPTY;
		}
		StringBuilder out = null;
		for (int i = 0; i < end; i++) {
			char c = text.charAt(i);
			if (c == '|' || Character.isISOControl(c) || UnicodeText.isLoneSurrogate(text, i)) {
				out = (out != null) ? out : new StringBuilder(text.substring(0, end));
				out.setCharAt(i, '_');
			}
		}
		return (out != null) ? out.toString() : text.substring(0, end);
	}

}
