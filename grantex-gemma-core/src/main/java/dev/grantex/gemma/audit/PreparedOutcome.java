package dev.grantex.gemma.audit;

/**
 * What an entry will say of how a call ended, made before it is known that it did. Of
 * what is made for an entry nothing is left but its place in the chain and its signature.
 */
public final class PreparedOutcome {

	private final EntryDraft draft;

	PreparedOutcome(EntryDraft draft) {
		this.draft = draft;
	}

	EntryDraft draft() {
		return this.draft;
	}

}
