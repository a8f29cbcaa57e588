package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

/**
 * How entries are spread over time.
 *
 * @param bucketSeconds how many seconds a bucket spans
 * @param buckets the spans that have entries, in the order of time
 */
public record Timeline(long bucketSeconds, List<TimelineBucket> buckets) {

	public Timeline {
		buckets = List.copyOf(buckets);
	}

}
