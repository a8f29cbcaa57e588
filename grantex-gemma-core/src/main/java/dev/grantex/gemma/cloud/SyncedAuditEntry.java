package dev.grantex.gemma.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * An audit entry as the service keeps it.
 *
 * @param seq the sequence number, from 1
 * @param timestamp when it was appended, in the form that was hashed
 * @param action what was done
 * @param agentDid the agent
 * @param grantId the grant
 * @param scopes the scopes
 * @param result the outcome
 * @param metadata the canonical metadata as JSON text; <code>{}</code> also for an entry
 * that was hashed without any
 * @param prevHash the hash of the previous entry
 * @param hash the hash
 * @param signature the signature it was uploaded with
 * @param syncedAt when the service accepted it
 */
public record SyncedAuditEntry(long seq, String timestamp, String action, String agentDid, String grantId,
		List<String> scopes, String result, @Nullable String metadata, String prevHash, String hash, String signature,
		@Nullable Instant syncedAt) {

	public SyncedAuditEntry {
		Objects.requireNonNull(timestamp, "timestamp");
		Objects.requireNonNull(action, "action");
		Objects.requireNonNull(agentDid, "agentDid");
		Objects.requireNonNull(grantId, "grantId");
		scopes = List.copyOf(scopes);
		Objects.requireNonNull(result, "result");
		Objects.requireNonNull(prevHash, "prevHash");
		Objects.requireNonNull(hash, "hash");
		Objects.requireNonNull(signature, "signature");
	}

}
