package dev.grantex.gemma.autoconfigure;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the library is switched on, read as the properties are: {@code on}, {@code yes}
 * and {@code 1} mean the same in both.
 */
class EnabledCondition extends SpringBootCondition {

	static final String PROPERTY = "grantex.gemma.enabled";

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("Grantex enabled");
		return isEnabled(context.getEnvironment()) ? ConditionOutcome.match(message.because("it is not switched off"))
				: ConditionOutcome.noMatch(message.foundExactly(PROPERTY + " switched off"));
	}

	static boolean isEnabled(Environment environment) {
		try {
			return Binder.get(environment).bind(PROPERTY, Boolean.class).orElse(true);
		}
		catch (BindException ex) {
			// The properties themselves cannot be bound either, which tells it better.
			return true;
		}
	}

}
