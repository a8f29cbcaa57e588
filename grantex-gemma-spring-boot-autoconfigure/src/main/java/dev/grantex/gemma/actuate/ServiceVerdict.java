package dev.grantex.gemma.actuate;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.sync.SyncProblem;
import dev.grantex.gemma.sync.SyncStatus;

/**
 * What the service says about a chain that can no longer grow on it. Calls may still run,
 * but their evidence does not arrive, which somebody must know.
 *
 * @param reason the reason as health shows it
 * @param remedy what an operator can do
 */
record ServiceVerdict(String reason, String remedy) {

	static @Nullable ServiceVerdict of(SyncStatus status) {
		SyncProblem problem = status.verdict();
		return (problem != null) ? new ServiceVerdict(reason(problem.kind()), problem.remedy()) : null;
	}

	private static String reason(SyncProblem.Kind kind) {
		return switch (kind) {
			case FORKED -> "forked";
			case REJECTED -> "rejected";
			default -> "bundle_unknown";
		};
	}

}
