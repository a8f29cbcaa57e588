package dev.grantex.gemma.audit;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;

/**
 * An entry that has its place in the chain and is on its way to disk. It is signed by the
 * thread that appends it; everything else happens under the chain's lock.
 */
final class PendingEntry {

	private final EntryDraft draft;

	private final String timestamp;

	private final Head previous;

	private final Head head;

	private final EntrySigner signer;

	private String signature = "";

	private byte[] line = {};

	private boolean ready;

	private boolean written;

	private @Nullable Throwable failure;

	PendingEntry(EntryDraft draft, String timestamp, Head previous, EntrySigner signer) {
		this.draft = draft;
		this.timestamp = timestamp;
		this.previous = previous;
		this.signer = signer;
		long sequence = previous.sequence() + 1;
		this.head = new Head(sequence, Sha256.hex(draft.hashText(sequence, timestamp, previous.hash())));
	}

	/**
	 * The same entry at another place in the chain.
	 */
	PendingEntry after(Head previous, EntrySigner signer) {
		return new PendingEntry(this.draft, this.timestamp, previous, signer);
	}

	EntryDraft draft() {
		return this.draft;
	}

	/**
	 * What there is to say of the entry where it is not written.
	 */
	String describe() {
		return this.timestamp + " " + this.draft.action() + " " + this.draft.result();
	}

	/**
	 * The entry it follows.
	 */
	Head previous() {
		return this.previous;
	}

	/**
	 * The entry itself.
	 */
	Head head() {
		return this.head;
	}

	/**
	 * Signs the entry. Takes most of the time that an entry needs, so no lock is held.
	 */
	void sign() {
		this.signature = this.signer.sign(this.head.hash());
		this.line = this.draft
			.line(this.head.sequence(), this.timestamp, this.previous.hash(), this.head.hash(), this.signature)
			.getBytes(StandardCharsets.UTF_8);
	}

	/**
	 * Lets the entry be written, now that it is signed.
	 */
	void ready() {
		this.ready = true;
	}

	boolean isReady() {
		return this.ready;
	}

	/**
	 * The signed line, with its end.
	 */
	byte[] line() {
		return this.line;
	}

	/**
	 * The signed entry.
	 */
	SignedAuditEntry toEntry() {
		return this.draft.entry(this.head.sequence(), this.timestamp, this.previous.hash(), this.head.hash(),
				this.signature);
	}

	void succeed() {
		this.written = true;
	}

	void fail(Throwable failure) {
		this.failure = failure;
	}

	@Nullable Throwable failure() {
		return this.failure;
	}

	boolean isDone() {
		return this.written || this.failure != null;
	}

}
