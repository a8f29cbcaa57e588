package dev.grantex.gemma.audit.store;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What can be seen of a chain by whoever has no key of it: its seal can be read, but
 * nobody can tell whether it is true. Equal as long as nothing of the chain has changed.
 *
 * @param owner whom its lines name
 * @param seal what its seal states, if there is a readable one
 * @param files the first sequence numbers of its files
 * @param last the last line on disk
 * @param author who wrote that, or null if there is none
 */
public record ChainSummary(String owner, @Nullable Seal seal, List<Long> files, Head last, @Nullable String author) {

	/**
	 * What a seal states.
	 *
	 * @param generation the number of the statement
	 * @param id what it calls the chain
	 * @param start the last line that is no longer kept
	 * @param head the last line
	 * @param delivered whether the service has all of it
	 */
	public record Seal(long generation, String id, Head start, Head head, boolean delivered) {
	}

	/**
	 * The first sequence number that is on disk, 1 if none is.
	 */
	public long first() {
		return this.files.isEmpty() ? 1 : this.files.get(0);
	}

	/**
	 * The last sequence number that is on disk or that the seal counts.
	 */
	public long head() {
		return Math.max(this.last.sequence(), (this.seal != null) ? this.seal.head().sequence() : 0);
	}

	/**
	 * How many lines there are, on disk or by the seal, as far as files were not deleted
	 * after the service had accepted them.
	 */
	public long lines() {
		long before = this.files.isEmpty() ? Long.MAX_VALUE : first() - 1;
		long start = (this.seal != null) ? this.seal.start().sequence() : Long.MAX_VALUE;
		return Math.max(0, head() - Math.min(before, start));
	}

	/**
	 * Whether the seal states that the service has all of it, and the files end where it
	 * says.
	 */
	public boolean isDelivered() {
		return this.seal != null && this.seal.delivered()
				&& (this.files.isEmpty() || this.last.equals(this.seal.head()));
	}

}
