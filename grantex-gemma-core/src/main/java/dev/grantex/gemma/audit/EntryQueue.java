package dev.grantex.gemma.audit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import dev.grantex.gemma.audit.store.Head;

/**
 * Entries that have their places behind the end of a chain and are not written yet.
 * <p>
 * Not safe for use by several threads at once.
 */
final class EntryQueue {

	private final Deque<PendingEntry> entries = new ArrayDeque<>();

	private Head last;

	private long length;

	EntryQueue(Head last) {
		this.last = last;
	}

	/**
	 * The entry that the next one follows.
	 */
	Head last() {
		return this.last;
	}

	/**
	 * How many bytes the entries have.
	 */
	long length() {
		return this.length;
	}

	boolean isEmpty() {
		return this.entries.isEmpty();
	}

	void add(PendingEntry entry) {
		this.entries.add(entry);
		this.last = entry.head();
		this.length += entry.draft().length();
	}

	/**
	 * Whether the first entry can be written.
	 */
	boolean isReady() {
		PendingEntry first = this.entries.peek();
		return first != null && first.isReady();
	}

	/**
	 * The length of the first entry.
	 */
	int firstLength() {
		return this.entries.element().line().length;
	}

	/**
	 * Takes the first entries that can be written, as many as fit, but at least one.
	 */
	List<PendingEntry> take(long maxLength) {
		List<PendingEntry> group = new ArrayList<>();
		long taken = 0;
		while (isReady() && (group.isEmpty() || taken + firstLength() <= maxLength)) {
			PendingEntry entry = this.entries.remove();
			taken += entry.line().length;
			this.length -= entry.draft().length();
			group.add(entry);
		}
		return group;
	}

	/**
	 * Takes an entry and all behind it, none of which can have been written.
	 */
	List<PendingEntry> takeFrom(PendingEntry entry) {
		List<PendingEntry> taken = this.entries.stream().dropWhile((candidate) -> candidate != entry).toList();
		this.entries.removeAll(taken);
		this.length -= taken.stream().mapToLong((candidate) -> candidate.draft().length()).sum();
		this.last = entry.previous();
		return taken;
	}

	/**
	 * Takes all entries, so that the next one follows another.
	 */
	List<PendingEntry> takeAll(Head last) {
		List<PendingEntry> taken = List.copyOf(this.entries);
		this.entries.clear();
		this.length = 0;
		this.last = last;
		return taken;
	}

}
