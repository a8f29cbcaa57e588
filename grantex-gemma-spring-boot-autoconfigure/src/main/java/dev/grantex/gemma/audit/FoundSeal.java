package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.report.SealReport;
import dev.grantex.gemma.audit.report.SealState;
import dev.grantex.gemma.audit.report.SealStatement;

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
		List<SealFile.Slot> slots = SealFile.parse(SmallFile.read(file));
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
	 * Compares the seal with its chain.
	 */
	SealReport compare(ChainCourse course) {
		return report((this.statement != null) ? state(this.statement, course) : unusable());
	}

	/**
	 * The seal of a chain that is not there.
	 */
	SealReport withoutChain() {
		if (this.statement == null) {
			return report(unusable());
		}
		return report((this.statement.end().head().sequence() > 0) ? SealState.TRUNCATED : SealState.HOLDS);
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

	private SealReport report(SealState state) {
		SealRecord sealed = this.statement;
		return new SealReport(this.name, state, this.signed, (sealed != null) ? describe(sealed) : null);
	}

	private static SealStatement describe(SealRecord sealed) {
		ChainHead end = sealed.end().head();
		return new SealStatement(sealed.bundleId(), sealed.grantId(), sealed.generation(), end.sequence(), end.hash(),
				sealed.start().sequence() + 1, sealed.synchronizedThrough(), sealed.damagedAt(),
				sealed.refreshPending(), sealed.revoked(), sealed.closed());
	}

}
