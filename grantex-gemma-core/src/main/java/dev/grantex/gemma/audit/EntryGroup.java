package dev.grantex.gemma.audit;

import java.io.ByteArrayOutputStream;
import java.util.List;

import dev.grantex.gemma.audit.store.Head;

/**
 * Entries that are written at once.
 *
 * @param entries signed entries that follow each other, at least one
 */
record EntryGroup(List<PendingEntry> entries) {

	long firstSequence() {
		return this.entries.get(0).head().sequence();
	}

	int firstLength() {
		return this.entries.get(0).line().length;
	}

	Head head() {
		return this.entries.get(this.entries.size() - 1).head();
	}

	boolean hasIntent() {
		return this.entries.stream().anyMatch((entry) -> entry.draft().kind() == EntryKind.INTENT);
	}

	byte[] lines() {
		ByteArrayOutputStream lines = new ByteArrayOutputStream();
		this.entries.forEach((entry) -> lines.writeBytes(entry.line()));
		return lines.toByteArray();
	}

}
