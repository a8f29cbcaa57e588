package dev.grantex.gemma.autoconfigure;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.consent.DenialReason;

/**
 * Tells what to do where the start needs a guarded method, which is denied as long as no
 * consent is open.
 */
class CallDuringStartFailureAnalyzer extends AbstractFailureAnalyzer<CallDeniedException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, CallDeniedException cause) {
		if (!cause.reason().equals(DenialReason.NOT_RUNNING.code())) {
			return null;
		}
		String beans = Stream.iterate(rootFailure, (failure) -> failure != null, Throwable::getCause)
			.filter(BeanCreationException.class::isInstance)
			.map((failure) -> ((BeanCreationException) failure).getBeanName())
			.reduce((outer, inner) -> inner)
			.map((name) -> " by the bean '" + name + "'")
			.orElse("");
		return new FailureAnalysis(
				"A method that is guarded by @RequiresScope was called while the application starts" + beans
						+ ", before the consent is opened.",
				"If it only describes a tool, annotate the methods that run it in place of the class. Else call it once"
						+ " the application is ready.",
				cause);
	}

}
