package dev.grantex.gemma.autoconfigure;

import java.util.List;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.util.StringUtils;

/**
 * Whether no other way to verify bearer tokens is configured.
 */
class NoOtherTokenVerificationCondition extends SpringBootCondition {

	private static final String RESOURCE_SERVER = "spring.security.oauth2.resourceserver.";

	private static final List<String> PROPERTIES = List.of("jwt.issuer-uri", "jwt.jwk-set-uri",
			"jwt.public-key-location", "opaquetoken.introspection-uri", "opaquetoken.client-id",
			"opaquetoken.client-secret");

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		ConditionMessage.Builder message = ConditionMessage.forCondition("No other token verification");
		List<String> configured = configured(context.getEnvironment());
		return configured.isEmpty() ? ConditionOutcome.match(message.because("none is configured"))
				: ConditionOutcome.noMatch(message.found("property", "properties").items(configured));
	}

	/**
	 * The properties that configure another way.
	 */
	static List<String> configured(Environment environment) {
		Binder binder = Binder.get(environment);
		return PROPERTIES.stream()
			.map(RESOURCE_SERVER::concat)
			.filter((property) -> StringUtils.hasText(binder.bind(property, Bindable.of(String.class)).orElse("")))
			.toList();
	}

}
