package dev.grantex.gemma.audit;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.grant.BundleIdentity;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Makes the entries of one bundle.
 */
final class EntryFactory {

	private static final String CALLER = "caller";

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

	void signWith(EntrySigner signer, String publicKey) {
		this.keys.add(publicKey);
		this.signer = signer;
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
	 * Makes an application's metadata safe and names the caller if it is not the bundle's
	 * own grant.
	 */
	@Nullable Map<String, Object> metadata(@Nullable VerifiedGrant grant, @Nullable Map<String, ?> metadata) {
		Map<String, Object> own = new LinkedHashMap<>();
		if (grant != null && !isOwn(grant)) {
			Map<String, Object> caller = new LinkedHashMap<>();
			caller.put("agentDid", grant.agentDid());
			caller.put("principalDid", grant.principalDid());
			caller.put("grantId", grant.grantId());
			caller.put("jti", grant.jti());
			own.put(CALLER, caller);
		}
		if (metadata == null && own.isEmpty()) {
			return null;
		}
		return SafeMetadata.of((metadata != null) ? metadata : Map.of(), own, Set.of(CALLER));
	}

	/**
	 * The entry after a chain's head.
	 */
	SignedAuditEntry next(ChainHead head, String action, String result, @Nullable Map<String, Object> metadata) {
		long seq = head.sequence() + 1;
		String timestamp = EntryFields.timestamp(this.clock.instant());
		String hash = HashChain.computeHash(seq, timestamp, action, this.identity.agentDid(), this.identity.grantId(),
				this.scopes, result, metadata, head.hash());
		return new SignedAuditEntry(seq, timestamp, action, this.identity.agentDid(), this.identity.grantId(),
				this.scopes, result, metadata, head.hash(), hash, signer().sign(hash));
	}

	/**
	 * The same entry under the current signature.
	 * @throws AuditLogException if none of the chain's keys has signed the entry, or
	 * there is no key any more
	 */
	SignedAuditEntry resign(SignedAuditEntry entry) {
		// What stands on disk may have been rewritten: signed unseen, it would become
		// true.
		if (!this.keys.haveSigned(entry)) {
			throw AuditLogException.corrupted();
		}
		return entry.withSignature(signer().sign(entry.hash()));
	}

	private boolean isOwn(VerifiedGrant grant) {
		return grant.agentDid().equals(this.identity.agentDid()) && grant.grantId().equals(this.identity.grantId())
				&& grant.principalDid().equals(this.identity.principalDid());
	}

}
