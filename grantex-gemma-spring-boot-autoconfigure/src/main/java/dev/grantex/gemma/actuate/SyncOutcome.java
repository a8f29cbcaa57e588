package dev.grantex.gemma.actuate;

import java.util.Locale;

import dev.grantex.gemma.sync.SyncProblem.Kind;
import dev.grantex.gemma.sync.SyncResult;

/**
 * How a cycle ended, coarse enough for a tag.
 */
enum SyncOutcome {

	SUCCESS, OFFLINE, FAILURE;

	static SyncOutcome of(SyncResult result) {
		if (result.isSuccessful()) {
			return SUCCESS;
		}
		return result.problems().stream().allMatch((problem) -> problem.kind() == Kind.OFFLINE) ? OFFLINE : FAILURE;
	}

	String tagValue() {
		return name().toLowerCase(Locale.ROOT);
	}

}
