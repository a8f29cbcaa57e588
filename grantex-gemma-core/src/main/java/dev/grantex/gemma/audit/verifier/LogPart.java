package dev.grantex.gemma.audit.verifier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.file.LineReader;

/**
 * Consecutive lines of a file that belong to one chain: usually the whole file. Sequence
 * numbers and the hash are those that entries claim.
 *
 * @param offset where the lines begin
 * @param end where they end
 * @param firstLine the number of the first line, from 1
 * @param chain the chain, absent as long as there is no entry
 */
record LogPart(GivenLog log, long offset, long end, long firstLine, long lines, @Nullable ChainKey chain,
		long firstSequence, long lastSequence, String lastHash) {

	/**
	 * A part without any line yet.
	 */
	static LogPart begin(GivenLog log, long offset, long firstLine) {
		return new LogPart(log, offset, offset, firstLine, 0, null, 0, 0, "");
	}

	/**
	 * The part with one more line.
	 * @param entry what the line says, if it is an entry
	 * @param end where it ends
	 */
	LogPart with(@Nullable LoggedEntry entry, long end) {
		if (entry == null) {
			return new LogPart(this.log, this.offset, end, this.firstLine, this.lines + 1, this.chain,
					this.firstSequence, this.lastSequence, this.lastHash);
		}
		boolean first = this.chain == null;
		return new LogPart(this.log, this.offset, end, this.firstLine, this.lines + 1,
				first ? ChainKey.of(entry) : this.chain, first ? entry.seq() : this.firstSequence, entry.seq(),
				entry.hash());
	}

	/**
	 * Whether an entry is of another chain: it names another, and does not follow the
	 * last one either.
	 */
	boolean endsBefore(LoggedEntry entry) {
		if (this.chain == null || this.chain.equals(ChainKey.of(entry))) {
			return false;
		}
		return this.chain.form() != entry.form() || entry.seq() != this.lastSequence + 1
				|| !entry.prevHash().equals(this.lastHash);
	}

	String name() {
		return this.log.name();
	}

	/**
	 * Checks that as many lines were read as were found at first.
	 */
	void requireUnchanged(long read) {
		this.log.requireSame();
		if (read != this.lines) {
			throw this.log.changed();
		}
	}

}
