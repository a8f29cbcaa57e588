package dev.grantex.gemma.audit;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.grant.BundleIdentity;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Makes the entries of one bundle.
 */
final class EntryFactory {

	static final String CALLER = "caller";

	/** The member of the caller that identifies its token. */
	static final String TOKEN = "jti";

	private static final Set<String> RESERVED = Set.of(CALLER, OpenIntents.MEMBER, RepeatedDenials.MEMBER);

	private final BundleIdentity identity;

	private final List<String> scopes;

	private final EntryCodec codec;

	private final Clock clock;

	/**
	 * Creates a factory.
	 * @param identity what the bundle's token says
	 * @param codec knows the key to sign with
	 * @param clock the clock of the timestamps
	 */
	EntryFactory(BundleIdentity identity, EntryCodec codec, Clock clock) {
		this.identity = identity;
		this.scopes = EntryFields.scopes(identity.scopes());
		this.codec = codec;
		this.clock = clock;
	}

	/**
	 * The clock of the timestamps.
	 */
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
		return new EntryDraft(this.identity, this.scopes, kind, EntryFields.action(action), EntryFields.result(result),
				safe);
	}

	/**
	 * This moment, as it stands in an entry.
	 */
	String timestamp() {
		return EntryFields.timestamp(this.clock.instant());
	}

	private boolean isOwn(VerifiedGrant grant) {
		return grant.agentDid().equals(this.identity.agentDid()) && grant.grantId().equals(this.identity.grantId())
				&& grant.principalDid().equals(this.identity.principalDid());
	}

}
