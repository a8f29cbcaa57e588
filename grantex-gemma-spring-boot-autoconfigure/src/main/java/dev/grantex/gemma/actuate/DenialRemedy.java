package dev.grantex.gemma.actuate;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.sync.SyncProblem;
import dev.grantex.gemma.sync.SyncProblem.Kind;
import dev.grantex.gemma.sync.SyncResult;
import dev.grantex.gemma.sync.SyncStatus;
import dev.grantex.gemma.sync.SyncStep;

/**
 * What an operator can do about a denial, by all that is known.
 */
final class DenialRemedy {

	private DenialRemedy() {
	}

	/**
	 * The remedy, or {@code null} if calls are permitted. Where there is no bundle, and
	 * the service has said why it gives none, that is what has to be put right.
	 */
	static @Nullable String of(ConsentStatus consent, SyncStatus sync) {
		SyncResult result = sync.lastResult();
		if (consent.denial() != DenialReason.NO_BUNDLE || result == null) {
			return consent.remedy();
		}
		return result.problems()
			.stream()
			.filter((problem) -> problem.step() == SyncStep.ISSUE && problem.kind() != Kind.OFFLINE)
			.findFirst()
			.map(SyncProblem::remedy)
			.orElseGet(consent::remedy);
	}

}
