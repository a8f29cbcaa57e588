package dev.grantex.gemma.audit.verifier;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

import dev.grantex.gemma.audit.RepeatedDenials;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ActionReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainActivity;
import dev.grantex.gemma.audit.verifier.report.ChainReport.DenialReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ResultKind;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ResultReport;

/**
 * Counts what the entries of a chain say was done, in constant memory.
 */
final class ActivityTally {

	private static final int MAX_RESULTS = 12;

	private static final int MAX_LENGTH = 256;

	private static final String NO_REASON = "no reason given";

	private final Counts actions = new Counts(500);

	private final Map<String, Counts> results = new HashMap<>();

	private final Counts denials = new Counts(100);

	private final TimelineTally timeline = new TimelineTally();

	void add(LoggedEntry entry, boolean proven) {
		this.timeline.add(entry, proven);
		String action = bounded(entry.action());
		if (this.actions.add(action, 1, proven)) {
			this.results.computeIfAbsent(action, (key) -> new Counts(MAX_RESULTS))
				.add(bounded(entry.result()), 1, proven);
		}
		if (ResultKind.of(entry.result()) == ResultKind.DENIED) {
			this.denials.add(reason(entry), entry.positive(RepeatedDenials.MEMBER, 1), proven);
		}
	}

	TimelineTally timeline() {
		return this.timeline;
	}

	ChainActivity report() {
		return new ChainActivity(this.actions.list(this::report), this.actions.others,
				this.denials
					.list((reason, count) -> new DenialReport(reason, count.sum, count.entries, count.unproven)),
				this.denials.others, this.timeline.report());
	}

	private ActionReport report(String action, Count count) {
		Counts results = this.results.getOrDefault(action, new Counts(0));
		return new ActionReport(action, count.entries, count.unproven,
				results.list((result, entries) -> new ResultReport(result, entries.sum)), results.others);
	}

	/**
	 * Other packages put the reason where the result belongs.
	 */
	private static String reason(LoggedEntry entry) {
		if (entry.metadata().get("reason") instanceof String reason && !reason.isEmpty()) {
			return bounded(reason);
		}
		return entry.result().equals("denied") ? NO_REASON : entry.result();
	}

	/**
	 * What is kept of a text in a log, so that an examination needs constant memory.
	 */
	static String bounded(String text) {
		if (text.length() <= MAX_LENGTH) {
			return text;
		}
		int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
		return text.substring(0, end) + "…";
	}

	private static long saturated(long total, long count) {
		return (total > Long.MAX_VALUE - count) ? Long.MAX_VALUE : total + count;
	}

	private record Count(long sum, long entries, long unproven) {

		Count plus(Count more) {
			return new Count(saturated(this.sum, more.sum), this.entries + more.entries, this.unproven + more.unproven);
		}

	}

	/**
	 * Tells a bounded number of names apart and counts what belongs to each.
	 */
	private static final class Counts {

		private final int max;

		private final Map<String, Count> byName = new HashMap<>();

		private long others;

		Counts(int max) {
			this.max = max;
		}

		/**
		 * Counts an entry.
		 * @return whether its name is one of those that are told apart
		 */
		boolean add(String name, long amount, boolean proven) {
			if (this.byName.size() >= this.max && !this.byName.containsKey(name)) {
				this.others = saturated(this.others, amount);
				return false;
			}
			this.byName.merge(name, new Count(amount, 1, proven ? 0 : 1), Count::plus);
			return true;
		}

		/**
		 * The largest first.
		 */
		<T> List<T> list(BiFunction<String, Count, T> report) {
			Comparator<Map.Entry<String, Count>> bySum = Comparator.comparingLong((count) -> count.getValue().sum);
			return this.byName.entrySet()
				.stream()
				.sorted(bySum.reversed().thenComparing(Map.Entry::getKey))
				.map((count) -> report.apply(count.getKey(), count.getValue()))
				.toList();
		}

	}

}
