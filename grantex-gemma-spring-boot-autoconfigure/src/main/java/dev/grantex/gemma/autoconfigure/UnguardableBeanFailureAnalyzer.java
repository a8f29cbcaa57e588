package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import dev.grantex.gemma.guard.UnguardableBeanException;

/**
 * Tells which method cannot be guarded and what to do about it.
 */
class UnguardableBeanFailureAnalyzer extends AbstractFailureAnalyzer<UnguardableBeanException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, UnguardableBeanException cause) {
		return new FailureAnalysis(
				"The method " + cause.method() + " of the bean '" + cause.beanName()
						+ "' is annotated with @RequiresScope but cannot be guarded, because " + cause.problem() + ".",
				cause.remedy(), cause);
	}

}
