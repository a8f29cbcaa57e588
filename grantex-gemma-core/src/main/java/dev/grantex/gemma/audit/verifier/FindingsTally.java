package dev.grantex.gemma.audit.verifier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.ChainBreak;
import dev.grantex.gemma.audit.verifier.report.ChainFindings;
import dev.grantex.gemma.audit.verifier.report.EntryPosition;
import dev.grantex.gemma.audit.verifier.report.Listing;
import dev.grantex.gemma.audit.verifier.report.Overlap;
import dev.grantex.gemma.audit.verifier.report.SequenceRange;

/**
 * Collects what is wrong or remarkable in a chain, in constant memory.
 */
final class FindingsTally {

	private final Capped<ChainBreak> breaks = new Capped<>();

	private final Capped<SequenceRange> gaps = new Capped<>();

	private final Capped<Overlap> overlaps = new Capped<>();

	private final Capped<EntryPosition> inexact = new Capped<>();

	private final Capped<EntryPosition> ambiguous = new Capped<>();

	private @Nullable ChainBreak firstOfChain;

	private @Nullable ChainBreak firstUnsigned;

	private long otherGrants;

	/**
	 * Notes a line at which the chain itself is broken.
	 */
	void broken(ChainBreak broken) {
		this.breaks.add(broken);
		this.firstOfChain = (this.firstOfChain != null) ? this.firstOfChain : broken;
	}

	/**
	 * Notes an entry that none of the keys has signed.
	 */
	void unsigned(ChainBreak broken) {
		this.breaks.add(broken);
		this.firstUnsigned = (this.firstUnsigned != null) ? this.firstUnsigned : broken;
	}

	void gap(SequenceRange gap) {
		this.gaps.add(gap);
	}

	void overlap(Overlap overlap) {
		this.overlaps.add(overlap);
	}

	void inexact(EntryPosition position) {
		this.inexact.add(position);
	}

	void ambiguous(EntryPosition position) {
		this.ambiguous.add(position);
	}

	void otherGrant() {
		this.otherGrants++;
	}

	boolean isBroken() {
		return this.firstOfChain != null || this.firstUnsigned != null;
	}

	/**
	 * The findings. A broken chain tells where entries were changed, removed or put in; a
	 * signature before that may just be a consequence.
	 */
	ChainFindings report(Listing<Long> unfinished) {
		ChainBreak first = (this.firstOfChain != null) ? this.firstOfChain : this.firstUnsigned;
		return new ChainFindings(first, this.breaks.report(), this.gaps.report(), this.overlaps.report(),
				this.inexact.report(), this.ambiguous.report(), unfinished, this.otherGrants);
	}

}
