package dev.grantex.gemma.actuate;

import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.sync.SyncProblem;
import dev.grantex.gemma.sync.SyncProblem.Kind;
import dev.grantex.gemma.sync.SyncResult;
import dev.grantex.gemma.sync.SyncStatus;
import dev.grantex.gemma.sync.SyncStep;

/**
 * What the service says about a chain that can no longer grow on it. Calls may still run,
 * but their evidence does not arrive, which somebody must know.
 *
 * @param reason the reason as health shows it
 * @param remedy what an operator can do
 */
record ServiceVerdict(String reason, String remedy) {

	static @Nullable ServiceVerdict of(SyncStatus status) {
		SyncResult result = status.lastResult();
		List<SyncProblem> problems = (result != null) ? result.problems() : List.of();
		ServiceVerdict verdict = find(problems, Kind.FORKED, "forked");
		if (verdict == null) {
			verdict = find(problems, Kind.REJECTED, "rejected");
		}
		return (verdict != null) ? verdict : find(problems, Kind.NOT_FOUND, "bundle_unknown");
	}

	private static @Nullable ServiceVerdict find(List<SyncProblem> problems, Kind kind, String reason) {
		for (SyncProblem problem : problems) {
			if (problem.kind() == kind && problem.step() != SyncStep.ISSUE) {
				return new ServiceVerdict(reason, problem.remedy());
			}
		}
		return null;
	}

}
