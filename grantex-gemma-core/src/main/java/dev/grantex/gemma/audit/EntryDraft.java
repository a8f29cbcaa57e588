package dev.grantex.gemma.audit;

import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.json.UnicodeText;
import dev.grantex.gemma.audit.json.Utf8Text;
import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.grant.BundleIdentity;

/**
 * What an entry says, before it has a place in the chain. Its texts are made here, once,
 * because an entry's place is given under the chain's lock.
 */
public final class EntryDraft {

	private static final String LONGEST_TIMESTAMP = "0000-00-00T00:00:00.000Z";

	private static final String LONGEST_NUMBER = Long.toString(Long.MAX_VALUE);

	private static final String LONGEST_HASH = "0".repeat(64);

	/** How many bytes a line has at most beside what is said in it. */
	private static final int FRAME = write(new Utf8Text(512), LONGEST_NUMBER, LONGEST_TIMESTAMP, "", LONGEST_HASH,
			LONGEST_HASH, LONGEST_HASH + LONGEST_HASH)
		.toBytes().length;

	private final Author author;

	private final Kind kind;

	private final String action;

	private final String result;

	private final @Nullable Map<String, Object> metadata;

	private final String canonical;

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

	/**
	 * Who the entries of a chain are of, with the texts in which each of them says so.
	 *
	 * @param agentDid the agent
	 * @param grantId the grant
	 * @param scopes the scopes
	 * @param hashed all of them, as they stand in the text that is hashed
	 * @param written all of them, as members of an entry's line
	 */
	record Author(String agentDid, String grantId, List<String> scopes, String hashed, String written) {

		static Author of(BundleIdentity identity, List<String> scopes) {
			String hashed = identity.agentDid() + "|" + identity.grantId() + "|" + String.join(",", scopes);
			String written = "\"agentDID\":" + CanonicalJson.write(identity.agentDid()) + ",\"grantId\":"
					+ CanonicalJson.write(identity.grantId()) + ",\"scopes\":" + CanonicalJson.write(scopes);
			return new Author(identity.agentDid(), identity.grantId(), scopes, hashed, written);
		}

	}

	EntryDraft(Author author, Kind kind, String action, String result, @Nullable Map<String, Object> metadata) {
		this.author = author;
		this.kind = kind;
		this.action = action;
		this.result = result;
		this.metadata = metadata;
		this.canonical = (metadata != null) ? CanonicalJson.write(metadata) : "";
		this.written = "\"action\":" + CanonicalJson.write(action) + "," + author.written() + ",\"result\":"
				+ CanonicalJson.write(result) + ((metadata != null) ? ",\"metadata\":" : "") + this.canonical;
		this.length = FRAME + UnicodeText.utf8Length(this.written);
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
		return sequence + "|" + timestamp + "|" + this.action + "|" + this.author.hashed() + "|" + this.result + "|"
				+ this.canonical + "|" + previousHash;
	}

	/**
	 * The entry's line, with its end.
	 */
	byte[] line(long sequence, String timestamp, String previousHash, String hash, String signature) {
		String number = Long.toString(sequence);
		int unused = LONGEST_NUMBER.length() - number.length() + LONGEST_HASH.length() - previousHash.length();
		Utf8Text line = new Utf8Text(this.length - unused);
		return write(line, number, timestamp, this.written, previousHash, hash, signature).toBytes();
	}

	private static Utf8Text write(Utf8Text line, String number, String timestamp, String written, String previousHash,
			String hash, String signature) {
		return line.append("{\"seq\":")
			.append(number)
			.append(",\"timestamp\":\"")
			.append(timestamp)
			.append("\",")
			.append(written)
			.append(",\"prevHash\":\"")
			.append(previousHash)
			.append("\",\"hash\":\"")
			.append(hash)
			.append("\",\"signature\":\"")
			.append(signature)
			.append("\"}\n");
	}

	SignedAuditEntry entry(long sequence, String timestamp, String previousHash, String hash, String signature) {
		return new SignedAuditEntry(sequence, timestamp, this.action, this.author.agentDid(), this.author.grantId(),
				this.author.scopes(), this.result, this.metadata, previousHash, hash, signature);
	}

}
