package dev.grantex.gemma.actuate;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.sync.SyncProblem.Kind;
import dev.grantex.gemma.sync.SyncStatus;
import dev.grantex.gemma.sync.SyncStep;

/**
 * Why the service does not take the chain any further, although it can be reached.
 */
enum ChainFault {

	REJECTED("rejected", "The service refuses entries of this chain; keep the log files and ask for a new bundle."),

	FORKED("forked",
			"The service has other entries in this chain's place: an older copy of the files or a cloned"
					+ " device is at work. Keep the log files and find out."),

	BUNDLE_UNKNOWN("bundle_unknown",
			"The service does not know this bundle under this API key; check grantex.gemma.api.base-url and key.");

	private final String code;

	private final String remedy;

	ChainFault(String code, String remedy) {
		this.code = code;
		this.remedy = remedy;
	}

	String code() {
		return this.code;
	}

	String remedy() {
		return this.remedy;
	}

	static @Nullable ChainFault of(SyncStatus sync) {
		if (sync.problem(Kind.FORKED) != null) {
			return FORKED;
		}
		if (sync.problem(Kind.REJECTED) != null) {
			return REJECTED;
		}
		boolean unknown = sync.lastResult() != null && sync.lastResult()
			.problems()
			.stream()
			.anyMatch((problem) -> problem.kind() == Kind.NOT_FOUND && problem.step() != SyncStep.ISSUE);
		return unknown ? BUNDLE_UNKNOWN : null;
	}

}
