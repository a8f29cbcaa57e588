package dev.grantex.gemma.audit.verifier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ChainFault;
import dev.grantex.gemma.audit.ChainForm;
import dev.grantex.gemma.audit.verifier.report.ChainReport.SequenceRange;

/**
 * Follows a chain from entry to entry and from part to part. After a line that does not
 * hold it goes on with what that line claims, so that one change is one finding.
 * <p>
 * Of entries that are in several parts it keeps the hashes at the ends of the parts only:
 * where those agree, all before them do.
 */
final class ChainCourse {

	private static final long ANY = -2;

	private static final long NOTHING = Long.MIN_VALUE;

	private final ChainForm form;

	/** By the numbers of the entries that are watched, once they were seen. */
	private final Map<Long, @Nullable String> hashes = new HashMap<>();

	private boolean joined;

	private long expectedSequence = ANY;

	private @Nullable String expectedHash;

	private boolean begun;

	private long first;

	private String beforeFirst = "";

	private long covered;

	private String coveredHash = "";

	private long copiedThrough = NOTHING;

	ChainCourse(ChainForm form, List<LogPart> parts) {
		this.form = form;
		for (LogPart part : parts) {
			watch(part.firstSequence() - 1);
			watch(part.lastSequence());
		}
	}

	/**
	 * What one line is in the course of the chain.
	 *
	 * @param fault why it does not belong there, or absent if it does
	 * @param expected the sequence number that belongs there, if known
	 * @param gap the sequence numbers that are missing before it, if any
	 * @param copy whether an earlier part holds the entry too
	 */
	record Step(@Nullable String fault, @Nullable Long expected, @Nullable SequenceRange gap, boolean copy) {

	}

	void watch(long sequence) {
		this.hashes.putIfAbsent(sequence, null);
	}

	void beginPart() {
		this.joined = false;
		this.copiedThrough = NOTHING;
	}

	Step accept(CheckedLine line) {
		LoggedEntry entry = line.entry();
		SequenceRange gap = null;
		if (entry != null && !this.joined) {
			gap = join(entry);
			this.joined = true;
		}
		Long expected = (this.joined && this.expectedSequence != ANY) ? this.expectedSequence : null;
		boolean copy = entry != null && entry.seq() <= this.copiedThrough;
		String fault = fault(line, gap, copy);
		advance(entry, fault, gap != null);
		return new Step(fault, expected, gap, copy);
	}

	/**
	 * The first sequence number, 0 if there is none.
	 */
	long first() {
		return this.first;
	}

	/**
	 * The hash that the first entry claims for the one before it.
	 */
	String beforeFirst() {
		return this.beforeFirst;
	}

	/**
	 * The last sequence number, 0 if there is none.
	 */
	long last() {
		return this.covered;
	}

	/**
	 * The hash of a watched entry, or null if there is no such entry.
	 */
	@Nullable String hashAt(long sequence) {
		return this.hashes.get(sequence);
	}

	private @Nullable SequenceRange join(LoggedEntry entry) {
		long sequence = entry.seq();
		if (!this.begun) {
			// Earlier files may have been deleted: such a chain begins where it begins.
			this.expectedSequence = Math.max(1, sequence);
			this.expectedHash = (sequence > 1) ? null : this.form.genesis();
			this.beforeFirst = entry.prevHash();
			return null;
		}
		if (sequence > this.covered) {
			this.expectedSequence = this.covered + 1;
			this.expectedHash = this.coveredHash;
			return (sequence > this.covered + 1) ? new SequenceRange(this.covered + 1, sequence - 1) : null;
		}
		this.copiedThrough = this.covered;
		this.expectedSequence = Math.max(1, sequence);
		this.expectedHash = (sequence > 1) ? hashAt(sequence - 1) : this.form.genesis();
		return null;
	}

	private @Nullable String fault(CheckedLine line, @Nullable SequenceRange gap, boolean copy) {
		LoggedEntry entry = line.entry();
		if (line.fault() != null || entry == null) {
			return line.fault();
		}
		if (gap != null) {
			return ChainFault.MISSING;
		}
		if (this.expectedSequence != ANY && entry.seq() != this.expectedSequence) {
			return ChainFault.SEQUENCE;
		}
		if (this.expectedHash != null && !this.expectedHash.equals(entry.prevHash())) {
			return ChainFault.PREVIOUS_HASH;
		}
		if (!line.hashHolds()) {
			return ChainFault.HASH;
		}
		String present = copy ? hashAt(entry.seq()) : null;
		return (present == null || present.equals(entry.hash())) ? null : ChainFault.FORK;
	}

	private void advance(@Nullable LoggedEntry entry, @Nullable String fault, boolean afterGap) {
		if (entry == null) {
			this.expectedSequence = ANY;
			this.expectedHash = null;
			return;
		}
		boolean inPlace = fault == null || afterGap || entry.seq() == this.expectedSequence;
		if (inPlace && (!this.begun || entry.seq() > this.covered)) {
			this.first = this.begun ? this.first : entry.seq();
			this.begun = true;
			this.covered = entry.seq();
			this.coveredHash = entry.hash();
		}
		this.hashes.replace(entry.seq(), null, entry.hash());
		this.expectedSequence = (fault == null || afterGap) ? entry.seq() + 1 : ANY;
		this.expectedHash = entry.hash();
	}

}
