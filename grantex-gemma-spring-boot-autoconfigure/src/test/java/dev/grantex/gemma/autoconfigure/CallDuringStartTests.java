package dev.grantex.gemma.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;

import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said of a start that needs a guarded call.
 */
class CallDuringStartTests {

	private final CallDuringStartFailureAnalyzer analyzer = new CallDuringStartFailureAnalyzer();

	@Test
	void namesTheBeanAndTheRemedy() {
		FailureAnalysis analysis = this.analyzer.analyze(new BeanCreationException("registry", "failed",
				new BeanCreationException("tools", "failed", DenialReason.NOT_RUNNING.toException())));
		assertThat(analysis.getDescription()).contains("@RequiresScope", "by the bean 'tools'");
		assertThat(analysis.getAction()).contains("in place of the class", "ready");
	}

	@Test
	void isSilentAboutOtherDenials() {
		assertThat(this.analyzer.analyze(DenialReason.REVOKED.toException())).isNull();
	}

}
