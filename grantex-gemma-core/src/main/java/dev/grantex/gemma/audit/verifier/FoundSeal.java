package dev.grantex.gemma.audit.verifier;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.WireForm;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.file.SealFile;
import dev.grantex.gemma.audit.store.file.SealRecord;
import dev.grantex.gemma.audit.verifier.report.ChainReport.SequenceRange;
import dev.grantex.gemma.audit.verifier.report.SealReport;
import dev.grantex.gemma.audit.verifier.report.SealReport.SealState;
import dev.grantex.gemma.audit.verifier.report.SealReport.SealStatement;

/**
 * A seal as an auditor finds it.
 *
 * @param statement its latest statement that one of the keys has signed or, without keys,
 * its latest; absent if there is none
 * @param readable whether it has any statement
 * @param signed whether one of the keys has signed the statement
 */
record FoundSeal(String name, @Nullable SealRecord statement, boolean readable, boolean signed) {

	static FoundSeal read(Path file, KeyRing keys) {
		byte[] content = GivenFile.read(file);
		AlteredCopy.refuseAsSeal(file, content);
		List<SealFile.Slot> slots = SealFile.parse(content);
		SealRecord statement = slots.stream()
			.filter((slot) -> keys.isEmpty() || keys.signerOf(slot.signedText(), slot.signature()) != KeyRing.NONE)
			.map(SealFile.Slot::statement)
			.findFirst()
			.orElse(null);
		return new FoundSeal(file.toString(), statement, !slots.isEmpty(), statement != null && !keys.isEmpty());
	}

	/**
	 * Has a chain keep the hashes that the seal is compared with.
	 */
	void watchIn(ChainCourse course) {
		if (this.statement != null) {
			course.watch(this.statement.end().head().sequence());
			course.watch(this.statement.start().sequence());
		}
	}

	@Nullable ChainKey chain() {
		return (this.statement != null) ? new ChainKey(WireForm.INSTANCE, this.statement.grantId()) : null;
	}

	long generation() {
		return (this.statement != null) ? this.statement.generation() : 0;
	}

	/**
	 * Compares the seal with its chain.
	 * @param latest whether no other seal of the chain says what was accepted later
	 */
	SealReport compare(ChainCourse course, boolean latest) {
		return (this.statement != null) ? report(this.statement, state(this.statement, course), SealState.MISSING,
				latest ? course.first() - 1 : Long.MIN_VALUE) : unusable();
	}

	/**
	 * The seal of a chain that is not there.
	 */
	SealReport withoutChain() {
		if (this.statement == null) {
			return unusable();
		}
		long end = this.statement.end().head().sequence();
		return report(this.statement, (end > 0) ? SealState.NOT_KEPT : SealState.HOLDS, SealState.TRUNCATED, end);
	}

	private SealReport unusable() {
		return new SealReport(this.name, this.readable ? SealState.NOT_SIGNED : SealState.DAMAGED, this.signed, null,
				null, null);
	}

	/**
	 * What is said of the seal where the entries up to one of them are not there.
	 * @param lacking how it compares if the service has not accepted all of those
	 */
	private SealReport report(SealRecord sealed, SealState state, SealState lacking, long through) {
		long start = sealed.start().sequence();
		long accepted = sealed.synchronizedThrough();
		SequenceRange missing = range(Math.max(start, accepted) + 1, through);
		SequenceRange notKept = range(start + 1, Math.min(accepted, through));
		Head end = sealed.end().head();
		return new SealReport(this.name, (missing != null && !state.broken()) ? lacking : state, this.signed,
				new SealStatement(sealed.bundleId(), sealed.grantId(), sealed.generation(), end.sequence(), end.hash(),
						start + 1, accepted, sealed.checkpoint().damagedAt(), sealed.checkpoint().refreshPending(),
						sealed.checkpoint().revoked(), sealed.checkpoint().closed()),
				missing, notKept);
	}

	private static @Nullable SequenceRange range(long first, long last) {
		return (first <= last) ? new SequenceRange(first, last) : null;
	}

	private static SealState state(SealRecord sealed, ChainCourse course) {
		Head end = sealed.end().head();
		Head start = sealed.start();
		if (start.sequence() > 0 && isKnown(start, course) && !agrees(start, course)) {
			return SealState.OTHER_START;
		}
		if (course.last() < end.sequence()) {
			return SealState.TRUNCATED;
		}
		if (end.sequence() == 0) {
			return SealState.HOLDS;
		}
		if (!isKnown(end, course)) {
			return SealState.NOT_COMPARABLE;
		}
		return agrees(end, course) ? SealState.HOLDS : SealState.OTHER_ENTRY;
	}

	private static boolean isKnown(Head entry, ChainCourse course) {
		return entry.sequence() >= course.first() - 1 && entry.sequence() <= course.last();
	}

	private static boolean agrees(Head entry, ChainCourse course) {
		String hash = (entry.sequence() < course.first()) ? course.beforeFirst() : course.hashAt(entry.sequence());
		return entry.hash().equals(hash);
	}

}
