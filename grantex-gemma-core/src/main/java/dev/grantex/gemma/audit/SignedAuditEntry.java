package dev.grantex.gemma.audit;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.store.Head;

/**
 * One signed link of an audit chain, in the form that goes over the wire.
 *
 * @param seq the sequence number, from 1 without gaps
 * @param timestamp when it was appended, exactly as it was hashed:
 * {@code yyyy-MM-ddTHH:mm:ss.SSSZ}
 * @param action what was done
 * @param agentDid the agent of the bundle
 * @param grantId the grant of the bundle
 * @param scopes the scopes of the bundle
 * @param result {@code success}, {@code denied}, {@code error}, {@code cancelled} or
 * {@code started}
 * @param metadata canonical metadata, or absent
 * @param prevHash the hash of the previous entry, 16 zeros for the first
 * @param hash the SHA-256 over the other fields, lower-case hex
 * @param signature the Ed25519 signature over the ASCII of the hash, lower-case hex
 */
public record SignedAuditEntry(long seq, String timestamp, String action, String agentDid, String grantId,
		List<String> scopes, String result, @Nullable Map<String, Object> metadata, String prevHash, String hash,
		String signature) {

	public SignedAuditEntry {
		Objects.requireNonNull(timestamp, "timestamp");
		Objects.requireNonNull(action, "action");
		Objects.requireNonNull(agentDid, "agentDid");
		Objects.requireNonNull(grantId, "grantId");
		Objects.requireNonNull(result, "result");
		Objects.requireNonNull(prevHash, "prevHash");
		Objects.requireNonNull(hash, "hash");
		Objects.requireNonNull(signature, "signature");
		scopes = List.copyOf(scopes);
		metadata = (metadata != null) ? Collections.unmodifiableMap(new LinkedHashMap<>(metadata)) : null;
	}

	/**
	 * Reads an entry from its JSON. Nothing is verified but the form.
	 * @param json a JSON object with the API's member names, in any layout
	 * @return the entry
	 * @throws IllegalArgumentException if a member is missing, unknown, repeated or of
	 * the wrong type
	 */
	public static SignedAuditEntry parse(String json) {
		try {
			return WireForm.parse(json);
		}
		catch (MalformedLineException ex) {
			throw new IllegalArgumentException("Not an audit entry: " + ex.fault());
		}
	}

	/**
	 * The entry as canonical JSON with the API's member names in their usual order: a
	 * line of the log, and what goes over the wire.
	 */
	public String toJson() {
		return WireForm.write(this);
	}

	/**
	 * The entry as the last one of its chain.
	 */
	Head head() {
		return new Head(this.seq, this.hash);
	}

	/**
	 * The same entry under another signature. The signature is not part of the chain.
	 */
	public SignedAuditEntry withSignature(String signature) {
		return new SignedAuditEntry(this.seq, this.timestamp, this.action, this.agentDid, this.grantId, this.scopes,
				this.result, this.metadata, this.prevHash, this.hash, signature);
	}

}
