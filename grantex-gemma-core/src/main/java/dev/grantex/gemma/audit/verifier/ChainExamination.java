package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ChainFault;
import dev.grantex.gemma.audit.PythonForm;
import dev.grantex.gemma.audit.store.file.LineReader;
import dev.grantex.gemma.audit.verifier.ChainCourse.Step;
import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;
import dev.grantex.gemma.audit.verifier.report.ChainReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainBreak;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainExtent;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainFindings;
import dev.grantex.gemma.audit.verifier.report.ChainReport.EntryPosition;
import dev.grantex.gemma.audit.verifier.report.ChainReport.Overlap;
import dev.grantex.gemma.audit.verifier.report.ChainReport.SequenceRange;
import dev.grantex.gemma.audit.verifier.report.Listing;
import dev.grantex.gemma.audit.verifier.report.SealReport;

/**
 * Examines one chain over all its files, in constant memory. Lines are checked in
 * parallel, a batch at a time, and then put together in order.
 */
final class ChainExamination {

	private static final int BATCH_LINES = 256;

	private static final int BATCH_LENGTH = 512 * 1024;

	private final KeyRing keys;

	private final ChainKey chain;

	private final List<LogPart> parts;

	private final List<FoundSeal> seals;

	private final ChainCourse course;

	private final Listing<ChainBreak> breaks = new Listing<>();

	private final Listing<SequenceRange> gaps = new Listing<>();

	private final Listing<Overlap> overlaps = new Listing<>();

	private final Listing<EntryPosition> inexact = new Listing<>();

	private final Listing<EntryPosition> ambiguous = new Listing<>();

	private final ActivityTally activity = new ActivityTally();

	private final UnfinishedCalls unfinished = new UnfinishedCalls();

	private @Nullable ChainBreak firstOfChain;

	private @Nullable ChainBreak firstUnsigned;

	private @Nullable LoggedEntry first;

	private long entries;

	private long intact;

	private long otherGrants;

	/**
	 * Creates an examination.
	 * @param keys the keys that may have signed entries; none to check hashes only
	 * @param parts the chain's parts, by their first sequence number
	 */
	ChainExamination(KeyRing keys, ChainKey chain, List<LogPart> parts, List<FoundSeal> seals) {
		this.keys = keys;
		this.chain = chain;
		this.parts = parts;
		this.seals = seals;
		this.course = new ChainCourse(chain.form(), parts);
		seals.forEach((seal) -> seal.watchIn(this.course));
	}

	/**
	 * Reads all files once more and examines their entries.
	 */
	ChainReport run() {
		for (LogPart part : this.parts) {
			long lines = GivenFile.reading(part.log().file(), () -> read(part));
			part.requireUnchanged(lines);
		}
		long latest = this.seals.stream().mapToLong(FoundSeal::generation).max().orElse(0);
		List<SealReport> compared = this.seals.stream()
			.map((seal) -> seal.compare(this.course, seal.generation() == latest))
			.toList();
		ChainExtent extent = this.activity.timeline()
			.extent(this.parts.stream().map(LogPart::name).distinct().toList(), this.entries, this.intact, this.course);
		boolean broken = isBroken() || compared.stream().anyMatch((seal) -> seal.state().broken());
		String agent = (this.first != null) ? ActivityTally.bounded(this.first.agent()) : "";
		String form = (this.chain.form() == PythonForm.INSTANCE) ? "python" : "wire";
		return new ChainReport(this.chain.grantId(), agent, form, broken ? Verdict.BROKEN : Verdict.HOLDS, extent,
				findings(), this.activity.report(), compared);
	}

	/**
	 * The findings. A broken chain tells where entries were changed, removed or put in; a
	 * signature before that may just be a consequence.
	 */
	private ChainFindings findings() {
		return new ChainFindings((this.firstOfChain != null) ? this.firstOfChain : this.firstUnsigned, this.breaks,
				this.gaps, this.overlaps, this.inexact, this.ambiguous, this.unfinished.report(), this.otherGrants);
	}

	private boolean isBroken() {
		return this.firstOfChain != null || this.firstUnsigned != null;
	}

	private long read(LogPart part) throws IOException {
		this.course.beginPart();
		long number = 0;
		boolean identical = true;
		long copies = 0;
		long firstCopy = 0;
		try (LineReader lines = part.log().lines(part.offset(), part.end())) {
			for (List<String> batch = batch(lines); !batch.isEmpty(); batch = batch(lines)) {
				for (CheckedLine line : check(batch)) {
					Step step = accept(part, part.firstLine() + number, line);
					number++;
					if (step.copy() && line.entry() != null) {
						firstCopy = (copies == 0) ? line.entry().seq() : firstCopy;
						copies++;
						identical = identical && step.fault() == null;
					}
				}
			}
		}
		if (copies > 0) {
			this.overlaps.add(new Overlap(part.name(), firstCopy, firstCopy + copies - 1, identical));
		}
		return number;
	}

	private List<CheckedLine> check(List<String> batch) {
		return batch.parallelStream().map((line) -> CheckedLine.of(line, this.keys)).toList();
	}

	private Step accept(LogPart part, long number, CheckedLine line) {
		Step step = this.course.accept(line);
		LoggedEntry entry = line.entry();
		if (step.gap() != null) {
			this.gaps.add(step.gap());
		}
		boolean unsigned = !this.keys.isEmpty() && line.signer() == KeyRing.NONE;
		if (step.fault() != null || unsigned) {
			Long sequence = (entry != null && entry.seq() != LoggedEntry.NO_SEQUENCE) ? entry.seq() : null;
			ChainBreak broken = new ChainBreak(part.name(), number, sequence, step.expected(),
					(step.fault() != null) ? step.fault() : ChainFault.SIGNATURE);
			this.breaks.add(broken);
			if (step.fault() != null) {
				this.firstOfChain = (this.firstOfChain != null) ? this.firstOfChain : broken;
			}
			else {
				this.firstUnsigned = (this.firstUnsigned != null) ? this.firstUnsigned : broken;
			}
		}
		if (entry != null && !step.copy()) {
			count(entry, line, new EntryPosition(part.name(), number, entry.seq()));
		}
		return step;
	}

	private void count(LoggedEntry entry, CheckedLine line, EntryPosition position) {
		boolean proven = !isBroken();
		this.entries++;
		this.intact += proven ? 1 : 0;
		this.first = (this.first != null) ? this.first : entry;
		this.keys.countEntryOf(line.signer());
		this.activity.add(entry, proven);
		this.unfinished.add(entry);
		if (!entry.grantId().equals(this.first.grantId())) {
			this.otherGrants++;
		}
		if (line.fault() == null && !line.exact()) {
			this.inexact.add(position);
		}
		if (line.ambiguous()) {
			this.ambiguous.add(position);
		}
	}

	private static List<String> batch(LineReader lines) throws IOException {
		List<String> batch = new ArrayList<>();
		int length = 0;
		while (batch.size() < BATCH_LINES && length < BATCH_LENGTH) {
			String line = lines.read();
			if (line == null) {
				break;
			}
			batch.add(line);
			length += line.length();
		}
		return batch;
	}

}
