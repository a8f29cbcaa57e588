package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * What the entries of a chain say was done.
 *
 * @param actions the results by action, the most frequent action first
 * @param otherActions how many entries have one of the further actions, beyond those that
 * are told apart
 * @param denials the denials by reason, the most frequent first
 * @param otherDenials how many denials have one of the further reasons
 * @param timeline how the entries are spread over time
 */
public record ChainActivity(List<ActionReport> actions, long otherActions, List<DenialReport> denials,
		long otherDenials, Timeline timeline) {

	/**
	 * The entries of one action.
	 *
	 * @param unproven how many of them come after the chain's first break
	 * @param results the entries by result
	 * @param otherResults how many entries have one of the further results
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
	 * @param entries how many entries record them
	 * @param unproven how many of these entries come after the chain's first break
	 */
	public record DenialReport(String reason, long denials, long entries, long unproven) {
	}

	/**
	 * How entries are spread over time.
	 *
	 * @param bucketSeconds how many seconds a bucket spans
	 * @param buckets the spans that have entries, in the order of time
	 */
	public record Timeline(long bucketSeconds, List<TimelineBucket> buckets) {
	}

	/**
	 * The entries of one span of time, by their kind of result.
	 *
	 * @param start when it begins, in ISO 8601
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

}
