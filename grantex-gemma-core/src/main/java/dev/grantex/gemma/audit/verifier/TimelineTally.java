package dev.grantex.gemma.audit.verifier;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainExtent;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ResultKind;
import dev.grantex.gemma.audit.verifier.report.ChainReport.Timeline;
import dev.grantex.gemma.audit.verifier.report.ChainReport.TimelineBucket;

/**
 * Spreads entries over time. Only spans with entries are kept, and when there are too
 * many the spans get longer, so that memory is constant and one absurd time does not
 * squeeze all others together.
 */
final class TimelineTally {

	/** In seconds; each divides the next. */
	private static final List<Long> WIDTHS = List.of(1L, 5L, 15L, 60L, 300L, 900L, 3600L, 3 * 3600L, 6 * 3600L,
			12 * 3600L, 86400L, 7 * 86400L, 28 * 86400L, 364 * 86400L, 3640 * 86400L, 36400 * 86400L, 364000 * 86400L);

	private static final int MAX_BUCKETS = 96;

	private static final int MAX_TEXT = 64;

	private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999999Z");

	private static final int UNPROVEN = ResultKind.values().length;

	/** By the second in which they begin. */
	private NavigableMap<Long, long[]> buckets = new TreeMap<>();

	private int width;

	private @Nullable Instant first;

	private @Nullable Instant last;

	private @Nullable Instant previous;

	private long withoutTime;

	private long backward;

	void add(LoggedEntry entry, boolean proven) {
		Instant time = parse(entry.timestamp());
		if (time == null) {
			this.withoutTime++;
			return;
		}
		this.backward += (this.previous != null && time.isBefore(this.previous)) ? 1 : 0;
		this.previous = time;
		this.first = (this.first == null || time.isBefore(this.first)) ? time : this.first;
		this.last = (this.last == null || time.isAfter(this.last)) ? time : this.last;
		long[] counts = this.buckets.computeIfAbsent(start(time.getEpochSecond()), (start) -> new long[UNPROVEN + 1]);
		counts[ResultKind.of(entry.result()).ordinal()]++;
		counts[UNPROVEN] += proven ? 0 : 1;
		while (this.buckets.size() > MAX_BUCKETS) {
			widen();
		}
	}

	/**
	 * What there is of the chain whose entries these are.
	 */
	ChainExtent extent(List<String> files, long entries, long intact, ChainCourse course) {
		return new ChainExtent(files, entries, intact, course.first(), course.last(),
				(this.first != null) ? this.first.toString() : null, (this.last != null) ? this.last.toString() : null,
				this.withoutTime, this.backward);
	}

	Timeline report() {
		return new Timeline(WIDTHS.get(this.width),
				this.buckets.entrySet().stream().map(TimelineTally::bucket).toList());
	}

	private void widen() {
		NavigableMap<Long, long[]> narrow = this.buckets;
		this.buckets = new TreeMap<>();
		this.width++;
		narrow.forEach((start, counts) -> this.buckets.merge(start(start), counts, (sum, more) -> {
			for (int i = 0; i < sum.length; i++) {
				sum[i] += more[i];
			}
			return sum;
		}));
	}

	private long start(long second) {
		long seconds = WIDTHS.get(this.width);
		return Math.floorDiv(second, seconds) * seconds;
	}

	private static TimelineBucket bucket(Map.Entry<Long, long[]> bucket) {
		long[] counts = bucket.getValue();
		return new TimelineBucket(Instant.ofEpochSecond(bucket.getKey()).toString(),
				counts[ResultKind.SUCCESS.ordinal()], counts[ResultKind.DENIED.ordinal()],
				counts[ResultKind.ERROR.ordinal()], counts[ResultKind.CANCELLED.ordinal()],
				counts[ResultKind.STARTED.ordinal()], counts[ResultKind.OTHER.ordinal()], counts[UNPROVEN]);
	}

	private static @Nullable Instant parse(String text) {
		if (text.length() > MAX_TEXT) {
			return null;
		}
		try {
			TemporalAccessor read = DateTimeFormatter.ISO_DATE_TIME.parseBest(text, OffsetDateTime::from,
					LocalDateTime::from);
			Instant time = (read instanceof OffsetDateTime offset) ? offset.toInstant()
					: LocalDateTime.from(read).toInstant(ZoneOffset.UTC);
			return (time.isBefore(EARLIEST) || time.isAfter(LATEST)) ? null : time;
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
