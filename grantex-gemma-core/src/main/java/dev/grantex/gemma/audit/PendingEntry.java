package dev.grantex.gemma.audit;

import java.nio.charset.StandardCharsets;

import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.Line;

/**
 * An entry of a moment that has its place in the chain and is on its way into the store.
 */
final class PendingEntry implements Line {

	private final EntryDraft draft;

	private final String timestamp;

	private final Head previous;

	private final Head head;

	private final long oldestIntent;

	private final EntrySigner signer;

	private String signature = "";

	PendingEntry(EntryDraft draft, String timestamp, Head previous, long oldestIntent, EntrySigner signer) {
		this.draft = draft;
		this.timestamp = timestamp;
		this.previous = previous;
		this.oldestIntent = oldestIntent;
		this.signer = signer;
		long sequence = previous.sequence() + 1;
		this.head = new Head(sequence, Sha256.hex(draft.hashText(sequence, timestamp, previous.hash())));
	}

	String timestamp() {
		return this.timestamp;
	}

	@Override
	public Head head() {
		return this.head;
	}

	@Override
	public long oldestIntent() {
		return this.oldestIntent;
	}

	@Override
	public byte[] bytes() {
		this.signature = this.signer.sign(this.head.hash());
		return this.draft
			.line(this.head.sequence(), this.timestamp, this.previous.hash(), this.head.hash(), this.signature)
			.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * The signed entry.
	 */
	SignedAuditEntry toEntry() {
		return this.draft.entry(this.head.sequence(), this.timestamp, this.previous.hash(), this.head.hash(),
				this.signature);
	}

}
