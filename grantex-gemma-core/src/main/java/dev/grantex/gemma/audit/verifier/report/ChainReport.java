package dev.grantex.gemma.audit.verifier.report;

import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;

/**
 * What was found of one chain. Where there is no seal, there was none to compare with.
 *
 * @param grantId the grant of its first entry
 * @param agent the agent of its first entry
 * @param form {@code wire} for the form of the hosted API, {@code python} for the Python
 * package's own
 */
public record ChainReport(String grantId, String agent, String form, Verdict verdict, ChainExtent extent,
		ChainFindings findings, ChainActivity activity, List<SealReport> seals) {

	/**
	 * What there is of a chain.
	 *
	 * @param entries how many entries there are, copies in other files not counted
	 * @param intactEntries how many of them stand before the first break; what comes
	 * after it is counted, but proves nothing
	 * @param firstTime the earliest time in an entry, absent if none is readable
	 * @param lastTime the latest time in an entry, absent likewise
	 * @param backwardTimes how many entries have an earlier time than the one before
	 */
	public record ChainExtent(List<String> files, long entries, long intactEntries, long firstSequence,
			long lastSequence, @Nullable String firstTime, @Nullable String lastTime, long withoutTime,
			long backwardTimes) {
	}

	/**
	 * What is wrong with a chain, and what is merely remarkable. Only breaks and gaps
	 * make a chain broken.
	 *
	 * @param firstBroken where the chain itself is first broken or, if it is not, the
	 * first entry whose signature does not verify; absent if all hold
	 * @param unfinished sequence numbers of {@code started} entries without an outcome
	 * @param otherGrants how many entries name another grant than the chain's first
	 */
	public record ChainFindings(@Nullable ChainBreak firstBroken, Listing<ChainBreak> breaks,
			Listing<SequenceRange> gaps, Listing<Overlap> overlaps, Listing<EntryPosition> inexact,
			Listing<EntryPosition> ambiguous, Listing<Long> unfinished, long otherGrants) {
	}

	/**
	 * A line at which a chain does not hold.
	 *
	 * @param line the line's number in the file, from 1
	 * @param sequence the sequence number that the line claims; absent if it cannot be
	 * read
	 * @param expected the sequence number that belongs there; absent if that is not known
	 * @param reason why it does not hold, in constant words
	 */
	public record ChainBreak(String file, long line, @Nullable Long sequence, @Nullable Long expected, String reason) {
	}

	/**
	 * Entries of a file that other files hold as well. They are counted once.
	 */
	public record Overlap(String file, long first, long last, boolean identical) {
	}

	/**
	 * Where an entry stands.
	 */
	public record EntryPosition(String file, long line, long sequence) {
	}

	/**
	 * The sequence numbers from one to another.
	 */
	public record SequenceRange(long first, long last) {
	}

	/**
	 * What the entries of a chain say was done, the most frequent first. A bounded number
	 * of actions and reasons is told apart; what belongs to further ones is counted.
	 */
	public record ChainActivity(List<ActionReport> actions, long otherActions, List<DenialReport> denials,
			long otherDenials, Timeline timeline) {
	}

	/**
	 * The entries of one action.
	 *
	 * @param unproven how many of them come after the chain's first break
	 */
	public record ActionReport(String action, long entries, long unproven, List<ResultReport> results,
			long otherResults) {
	}

	/**
	 * How many entries have a result.
	 */
	public record ResultReport(String result, long entries) {
	}

	/**
	 * The denials for one reason.
	 *
	 * @param denials how many calls were denied; equal denials may share an entry
	 * @param unproven how many of the entries come after the chain's first break
	 */
	public record DenialReport(String reason, long denials, long entries, long unproven) {
	}

	/**
	 * How entries are spread over time: the spans that have any.
	 */
	public record Timeline(long bucketSeconds, List<TimelineBucket> buckets) {
	}

	/**
	 * The entries of one span of time, by their kind of result.
	 *
	 * @param unproven how many of them all come after the chain's first break
	 */
	public record TimelineBucket(String start, long success, long denied, long error, long cancelled, long started,
			long other, long unproven) {

		long entries(ResultKind kind) {
			return switch (kind) {
				case SUCCESS -> this.success;
				case DENIED -> this.denied;
				case ERROR -> this.error;
				case CANCELLED -> this.cancelled;
				case STARTED -> this.started;
				case OTHER -> this.other;
			};
		}

		long entries() {
			return this.success + this.denied + this.error + this.cancelled + this.started + this.other;
		}

	}

	/**
	 * What a result amounts to, in the words of this and of other packages.
	 */
	public enum ResultKind {

		SUCCESS, DENIED, ERROR, CANCELLED, STARTED, OTHER;

		public static ResultKind of(String result) {
			return switch (result) {
				case "success" -> SUCCESS;
				case "denied", "scope_violation", "auth_failure" -> DENIED;
				case "error", "execution_error" -> ERROR;
				case "cancelled" -> CANCELLED;
				case "started" -> STARTED;
				default -> OTHER;
			};
		}

		@Override
		public String toString() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
