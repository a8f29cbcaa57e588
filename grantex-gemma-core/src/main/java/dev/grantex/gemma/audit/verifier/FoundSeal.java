package dev.grantex.gemma.audit.verifier;

import java.nio.file.Path;
import java.util.List;

import dev.grantex.gemma.audit.ChainHead;

import dev.grantex.gemma.audit.SealFile;
import dev.grantex.gemma.audit.SealRecord;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.SealReport;
import dev.grantex.gemma.audit.verifier.report.SealState;
import dev.grantex.gemma.audit.verifier.report.SealStatement;
import dev.grantex.gemma.audit.verifier.report.SequenceRange;

/**
 * A seal as an auditor finds it.
 *
 * @param name its file's name as it is reported
 * @param statement its latest statement that one of the keys has signed or, without keys,
 * its latest; absent if there is none
 * @param readable whether it has any statement
 * @param signed whether one of the keys has signed the statement
 */
record FoundSeal(String name, @Nullable SealRecord statement, boolean readable, boolean signed) {

	/**
	 * Reads a seal.
	 * @throws VerifierException if the file cannot be read
	 */
	static FoundSeal read(Path file, KeyRing keys) {
		byte[] content = SmallFile.read(file);
		AlteredCopy.ofSeal(content).ifPresent((what) -> {
			throw new VerifierException(file + " " + what);
		});
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

	/**
	 * The number of its statement, 0 if there is none.
	 */
	long generation() {
		return (this.statement != null) ? this.statement.generation() : 0;
	}

	/**
	 * Compares the seal with its chain.
	 * @param latest whether no other seal of the chain says what was accepted later
	 */
	SealReport compare(ChainCourse course, boolean latest) {
		SealRecord sealed = this.statement;
		if (sealed == null) {
			return report(unusable(), null, null);
		}
		SequenceRange missing = latest
				? range(Math.max(sealed.start().sequence(), sealed.synchronizedThrough()) + 1, course.first() - 1)
				: null;
		SequenceRange notKept = latest
				? range(sealed.start().sequence() + 1, Math.min(sealed.synchronizedThrough(), course.first() - 1))
				: null;
		SealState state = state(sealed, course);
		return report((missing != null && !state.broken()) ? SealState.MISSING : state, missing, notKept);
	}

	private static @Nullable SequenceRange range(long first, long last) {
		return (first <= last) ? new SequenceRange(first, last) : null;
	}

	/**
	 * The seal of a chain that is not there.
	 */
	SealReport withoutChain() {
		SealRecord sealed = this.statement;
		if (sealed == null) {
			return report(unusable(), null, null);
		}
		long end = sealed.end().head().sequence();
		SequenceRange missing = range(Math.max(sealed.start().sequence(), sealed.synchronizedThrough()) + 1, end);
		SequenceRange notKept = range(sealed.start().sequence() + 1, Math.min(sealed.synchronizedThrough(), end));
		SealState empty = (end > 0) ? SealState.NOT_KEPT : SealState.HOLDS;
		return report((missing != null) ? SealState.TRUNCATED : empty, missing, notKept);
	}

	private SealState unusable() {
		return this.readable ? SealState.NOT_SIGNED : SealState.DAMAGED;
	}

	private static SealState state(SealRecord sealed, ChainCourse course) {
		ChainHead end = sealed.end().head();
		ChainHead start = sealed.start();
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

	private static boolean isKnown(ChainHead entry, ChainCourse course) {
		return entry.sequence() >= course.first() - 1 && entry.sequence() <= course.last();
	}

	private static boolean agrees(ChainHead entry, ChainCourse course) {
		String hash = (entry.sequence() < course.first()) ? course.beforeFirst() : course.hashAt(entry.sequence());
		return entry.hash().equals(hash);
	}

	private SealReport report(SealState state, @Nullable SequenceRange missing, @Nullable SequenceRange notKept) {
		SealRecord sealed = this.statement;
		return new SealReport(this.name, state, this.signed, (sealed != null) ? describe(sealed) : null, missing,
				notKept);
	}

	private static SealStatement describe(SealRecord sealed) {
		ChainHead end = sealed.end().head();
		return new SealStatement(sealed.bundleId(), sealed.grantId(), sealed.generation(), end.sequence(), end.hash(),
				sealed.start().sequence() + 1, sealed.synchronizedThrough(), sealed.damagedAt(),
				sealed.refreshPending(), sealed.revoked(), sealed.closed());
	}

}
