package dev.grantex.gemma.audit;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.bundle.OfflineAuditKey;
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

	private final ChainKeys keys;

	private final Clock clock;

	private volatile @Nullable EntrySigner signer;

	/**
	 * Creates a factory.
	 * @param identity what the bundle's token says
	 * @param key the bundle's key, which can only be read with once it was erased
	 * @param keys the keys that may have signed earlier entries
	 * @param clock the clock of the timestamps
	 * @throws AuditLogException if the key is there but unusable
	 */
	EntryFactory(BundleIdentity identity, OfflineAuditKey key, ChainKeys keys, Clock clock) {
		this.identity = identity;
		this.scopes = EntryFields.scopes(identity.scopes());
		this.keys = keys;
		this.clock = clock;
		this.signer = (key.privateKey() != null) ? EntrySigner.of(key) : null;
	}

	/**
	 * The clock of the timestamps.
	 */
	Clock clock() {
		return this.clock;
	}

	void signWith(EntrySigner signer, String publicKey) {
		this.keys.add(publicKey);
		this.signer = signer;
	}

	/**
	 * Whether there is a key to sign with.
	 */
	boolean hasSigner() {
		return this.signer != null;
	}

	/**
	 * The current signer.
	 * @throws AuditLogException if the key was erased
	 */
	EntrySigner signer() {
		EntrySigner current = this.signer;
		if (current == null) {
			throw new AuditLogException(AuditLogException.KEY_UNUSABLE, "The bundle's audit key was erased");
		}
		return current;
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
	 * Makes an application's metadata safe.
	 * @param metadata the application's own, of any size, shape and behaviour
	 * @param own what the log itself has to say, which comes first
	 */
	@Nullable Map<String, Object> metadata(@Nullable Map<String, ?> metadata, Map<String, Object> own) {
		if (metadata == null && own.isEmpty()) {
			return null;
		}
		return SafeMetadata.of((metadata != null) ? metadata : Map.of(), own, RESERVED);
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
	 */
	EntryDraft draft(EntryKind kind, String action, String result, @Nullable Map<String, Object> metadata) {
		return new EntryDraft(this.identity, this.scopes, kind, EntryFields.action(action), EntryFields.result(result),
				metadata);
	}

	/**
	 * The entry after a chain's last one, of this moment, to be signed with the present
	 * key.
	 */
	PendingEntry next(EntryDraft draft, Head last) {
		return new PendingEntry(draft, EntryFields.timestamp(this.clock.instant()), last, signer());
	}

	/**
	 * An entry that could not be written, at another place in the chain.
	 */
	PendingEntry again(PendingEntry entry, Head last) {
		return entry.after(last, signer());
	}

	/**
	 * Whether one of the chain's keys has signed the entry as it is. What stands on disk
	 * may have been rewritten: signed again unseen, it would become true.
	 */
	boolean haveSigned(SignedAuditEntry entry) {
		return this.keys.haveSigned(entry);
	}

	EntryCodec codec() {
		return new EntryCodec(this.keys);
	}

	/**
	 * The same entry under the current signature.
	 * @throws AuditLogException if there is no key any more
	 */
	SignedAuditEntry resign(SignedAuditEntry entry) {
		return entry.withSignature(signer().sign(entry.hash()));
	}

	private boolean isOwn(VerifiedGrant grant) {
		return grant.agentDid().equals(this.identity.agentDid()) && grant.grantId().equals(this.identity.grantId())
				&& grant.principalDid().equals(this.identity.principalDid());
	}

}
