package dev.grantex.gemma.audit.verifier;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.LoggedEntry;
import dev.grantex.gemma.audit.RepeatedDenials;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.ActionReport;
import dev.grantex.gemma.audit.verifier.report.ChainActivity;
import dev.grantex.gemma.audit.verifier.report.DenialReport;
import dev.grantex.gemma.audit.verifier.report.ResultKind;
import dev.grantex.gemma.audit.verifier.report.ResultReport;

/**
 * Counts what the entries of a chain say was done, in constant memory.
 */
final class ActivityTally {

	private static final int MAX_ACTIONS = 500;

	private static final int MAX_RESULTS = 12;

	private static final int MAX_REASONS = 100;

	private static final String NO_REASON = "no reason given";

	private final Map<String, Action> actions = new LinkedHashMap<>();

	private final Map<String, long[]> denials = new LinkedHashMap<>();

	private final TimelineTally timeline = new TimelineTally();

	private long otherActions;

	private long otherDenials;

	void add(LoggedEntry entry, boolean proven) {
		this.timeline.add(entry, proven);
		String name = BoundedText.of(entry.action());
		Action action = this.actions.get(name);
		if (action == null && this.actions.size() < MAX_ACTIONS) {
			action = new Action();
			this.actions.put(name, action);
		}
		if (action != null) {
			action.add(BoundedText.of(entry.result()), proven);
		}
		else {
			this.otherActions++;
		}
		if (ResultKind.of(entry.result()) == ResultKind.DENIED) {
			addDenial(entry, proven);
		}
	}

	TimelineTally timeline() {
		return this.timeline;
	}

	ChainActivity report() {
		List<ActionReport> byAction = this.actions.entrySet()
			.stream()
			.map((action) -> action.getValue().report(action.getKey()))
			.sorted(Comparator.comparingLong(ActionReport::entries).reversed().thenComparing(ActionReport::action))
			.toList();
		List<DenialReport> byReason = this.denials.entrySet()
			.stream()
			.map((denial) -> new DenialReport(denial.getKey(), denial.getValue()[0], denial.getValue()[1],
					denial.getValue()[2]))
			.sorted(Comparator.comparingLong(DenialReport::denials).reversed().thenComparing(DenialReport::reason))
			.toList();
		return new ChainActivity(byAction, this.otherActions, byReason, this.otherDenials, this.timeline.report());
	}

	private void addDenial(LoggedEntry entry, boolean proven) {
		long count = entry.positive(RepeatedDenials.MEMBER, 1);
		String reason = reason(entry);
		long @Nullable [] denial = this.denials.get(reason);
		if (denial == null && this.denials.size() < MAX_REASONS) {
			denial = new long[3];
			this.denials.put(reason, denial);
		}
		if (denial == null) {
			this.otherDenials = sum(this.otherDenials, count);
			return;
		}
		denial[0] = sum(denial[0], count);
		denial[1]++;
		denial[2] += proven ? 0 : 1;
	}

	/**
	 * Other packages put the reason where the result belongs.
	 */
	private static String reason(LoggedEntry entry) {
		if (entry.metadata().get("reason") instanceof String reason && !reason.isEmpty()) {
			return BoundedText.of(reason);
		}
		return entry.result().equals("denied") ? NO_REASON : entry.result();
	}

	private static long sum(long total, long count) {
		return (total > Long.MAX_VALUE - count) ? Long.MAX_VALUE : total + count;
	}

	/**
	 * The counts of one action.
	 */
	private static final class Action {

		private final Map<String, Long> results = new LinkedHashMap<>();

		private long entries;

		private long unproven;

		private long otherResults;

		void add(String result, boolean proven) {
			this.entries++;
			this.unproven += proven ? 0 : 1;
			if (this.results.size() < MAX_RESULTS || this.results.containsKey(result)) {
				this.results.merge(result, 1L, Long::sum);
			}
			else {
				this.otherResults++;
			}
		}

		ActionReport report(String action) {
			List<ResultReport> byResult = this.results.entrySet()
				.stream()
				.map((result) -> new ResultReport(result.getKey(), result.getValue()))
				.sorted(Comparator.comparingLong(ResultReport::entries).reversed().thenComparing(ResultReport::result))
				.toList();
			return new ActionReport(action, this.entries, this.unproven, byResult, this.otherResults);
		}

	}

}
