package dev.grantex.gemma.audit;

import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.Sha256;
import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.Line;
import dev.grantex.gemma.audit.store.Linking;

/**
 * An entry that is appended: it gets a place in the chain and a signature, and if it
 * comes to nothing, an outcome is kept.
 */
final class PendingEntry implements Linking, Line {

	private final EntryWriter writer;

	private final EntryDraft draft;

	/** When an outcome was appended that could not be written then. */
	private final @Nullable String before;

	private String timestamp = "";

	private Head previous = Head.GENESIS;

	private @Nullable Head head;

	/** Whether the calls under way are others since the entry has its place. */
	private boolean noted;

	private long oldestIntent;

	private @Nullable EntrySigner signer;

	private String signature = "";

	PendingEntry(EntryWriter writer, EntryDraft draft, @Nullable String before) {
		this.writer = writer;
		this.draft = draft;
		this.before = before;
	}

	Set<AppendOption> options() {
		return this.draft.kind().options();
	}

	@Override
	public int length() {
		return this.draft.length();
	}

	/**
	 * Nothing can fail any more once the calls under way are others.
	 */
	@Override
	public @Nullable Line after(Head last) {
		if (this.before == null && this.writer.mustWait()) {
			return null;
		}
		long sequence = last.sequence() + 1;
		this.signer = this.writer.entries().codec().signer();
		this.timestamp = (this.before != null) ? this.before : this.writer.entries().timestamp();
		this.previous = last;
		Head head = new Head(sequence, Sha256.hex(this.draft.hashText(sequence, this.timestamp, last.hash())));
		this.noted = this.writer.intents().note(sequence, this.draft);
		this.oldestIntent = this.writer.intents().oldest();
		this.head = head;
		return this;
	}

	@Override
	public Head head() {
		return Objects.requireNonNull(this.head);
	}

	@Override
	public long oldestIntent() {
		return this.oldestIntent;
	}

	@Override
	public byte[] bytes() {
		this.signature = Objects.requireNonNull(this.signer).sign(head().hash());
		return this.draft.line(head().sequence(), this.timestamp, this.previous.hash(), head().hash(), this.signature);
	}

	SignedAuditEntry toEntry() {
		return this.draft.entry(head().sequence(), this.timestamp, this.previous.hash(), head().hash(), this.signature);
	}

	@Override
	public void undone() {
		if (this.noted) {
			this.writer.intents().undo(head().sequence(), this.draft);
		}
		keep(this.timestamp);
	}

	/**
	 * Takes note that the entry was not written. An outcome without a place is kept now,
	 * any other by the store's word.
	 */
	void refused(Throwable cause) {
		boolean needless = cause instanceof AuditLogException known
				&& (known.reason().equals(AuditLogException.LOG_CLOSED)
						|| known.reason().equals(AuditLogException.KEY_UNUSABLE));
		if (this.head == null && !needless) {
			keep(this.writer.entries().timestamp());
		}
	}

	private void keep(String timestamp) {
		if (this.draft.kind() == EntryDraft.Kind.OUTCOME && this.before == null) {
			this.writer.kept().keep(new KeptOutcomes.Outcome(this.draft, timestamp));
		}
	}

}
