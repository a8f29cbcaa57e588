package dev.grantex.gemma.audit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.grant.BundleIdentity;

/**
 * What an entry says, before it has a place in the chain. Its texts are made here, once,
 * because an entry's place is given under the chain's lock.
 */
public final class EntryDraft {

	private static final String LONGEST_TIMESTAMP = "0000-00-00T00:00:00.000Z";

	private static final int HASHES_AND_SIGNATURE = 64 + 64 + 128;

	private final BundleIdentity identity;

	private final List<String> scopes;

	private final Kind kind;

	private final String action;

	private final String result;

	private final @Nullable Map<String, Object> metadata;

	private final String hashed;

	private final String written;

	private final int length;

	/**
	 * What an entry is there for, as far as it matters to how it is written.
	 */
	enum Kind {

		/** Something is recorded that can still be left undone if that fails. */
		RECORD(Set.of()),

		/** A call is about to run: its entry is forced, whatever the durability. */
		INTENT(Set.of(AppendOption.FORCED)),

		/**
		 * A call has run: its entry must be written, if not now then first of all later.
		 */
		OUTCOME(Set.of(AppendOption.RESERVED));

		private final Set<AppendOption> options;

		Kind(Set<AppendOption> options) {
			this.options = options;
		}

		Set<AppendOption> options() {
			return this.options;
		}

	}

	EntryDraft(BundleIdentity identity, List<String> scopes, Kind kind, String action, String result,
			@Nullable Map<String, Object> metadata) {
		this.identity = identity;
		this.scopes = scopes;
		this.kind = kind;
		this.action = action;
		this.result = result;
		this.metadata = metadata;
		String canonical = (metadata != null) ? CanonicalJson.write(metadata) : "";
		this.hashed = String.join("|", action, identity.agentDid(), identity.grantId(), String.join(",", scopes),
				result, canonical);
		this.written = "\"action\":" + CanonicalJson.write(action) + ",\"agentDID\":"
				+ CanonicalJson.write(identity.agentDid()) + ",\"grantId\":" + CanonicalJson.write(identity.grantId())
				+ ",\"scopes\":" + CanonicalJson.write(scopes) + ",\"result\":" + CanonicalJson.write(result)
				+ ((metadata != null) ? ",\"metadata\":" + canonical : "");
		this.length = line(Long.MAX_VALUE, LONGEST_TIMESTAMP, "", "", "").getBytes(StandardCharsets.UTF_8).length
				+ HASHES_AND_SIGNATURE;
	}

	Kind kind() {
		return this.kind;
	}

	String action() {
		return this.action;
	}

	String result() {
		return this.result;
	}

	@Nullable Map<String, Object> metadata() {
		return this.metadata;
	}

	/**
	 * How many bytes the entry's line has at most.
	 */
	int length() {
		return this.length;
	}

	/**
	 * The text whose hash is the entry's hash.
	 */
	String hashText(long sequence, String timestamp, String previousHash) {
		return sequence + "|" + timestamp + "|" + this.hashed + "|" + previousHash;
	}

	/**
	 * The entry's line, with its end.
	 */
	String line(long sequence, String timestamp, String previousHash, String hash, String signature) {
		return "{\"seq\":" + sequence + ",\"timestamp\":\"" + timestamp + "\"," + this.written + ",\"prevHash\":\""
				+ previousHash + "\",\"hash\":\"" + hash + "\",\"signature\":\"" + signature + "\"}\n";
	}

	SignedAuditEntry entry(long sequence, String timestamp, String previousHash, String hash, String signature) {
		return new SignedAuditEntry(sequence, timestamp, this.action, this.identity.agentDid(), this.identity.grantId(),
				this.scopes, this.result, this.metadata, previousHash, hash, signature);
	}

}
