package dev.grantex.gemma.autoconfigure;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;
import org.springframework.util.StringUtils;

/**
 * What the environment said when conditions were evaluated. Ahead-of-time processing
 * freezes their outcome with it; an application that then starts in an environment of
 * another outcome would run with the wrong beans, and does not start.
 */
class FrozenConditions implements BeanFactoryPostProcessor {

	private final boolean enabled;

	private final List<String> tokenVerification;

	/**
	 * Takes what was found.
	 * @param enabled whether the library was switched on
	 * @param tokenVerification the properties that configured another way to verify
	 * bearer tokens, separated by commas
	 */
	FrozenConditions(boolean enabled, String tokenVerification) {
		this.enabled = enabled;
		this.tokenVerification = List.of(StringUtils.commaDelimitedListToStringArray(tokenVerification));
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		Environment environment = beanFactory.getBean(ConfigurableApplicationContext.ENVIRONMENT_BEAN_NAME,
				Environment.class);
		if (EnabledCondition.isEnabled(environment) != this.enabled) {
			throw changed(EnabledCondition.PROPERTY,
					this.enabled ? "it switches off what was switched on" : "it switches on what was switched off");
		}
		if (Stream.of(JwtDecoderConfigurations.DECODER, JwtDecoderConfigurations.REACTIVE_DECODER)
			.anyMatch(beanFactory::containsBeanDefinition)) {
			List<String> configured = NoOtherTokenVerificationCondition.configured(environment);
			requireSame(onlyIn(configured, this.tokenVerification), "it was not set");
			requireSame(onlyIn(this.tokenVerification, configured), "it is not set, but it was");
		}
	}

	/** Who asks an introspector is no condition, once there is one. */
	private static Optional<String> onlyIn(List<String> properties, List<String> others) {
		return properties.stream()
			.filter((property) -> others.isEmpty() || !property.contains(".opaquetoken.client-"))
			.filter((property) -> !others.contains(property))
			.findFirst();
	}

	private static void requireSame(Optional<String> property, String difference) {
		if (property.isPresent()) {
			throw changed(property.get(), difference);
		}
	}

	private static InvalidPropertyException changed(String property, String difference) {
		return new InvalidPropertyException(property,
				difference + " when the application was processed ahead of time, which decided what it consists of",
				"Set it in the same way when the application is built as when it runs.");
	}

	/**
	 * Takes note of the environment in which conditions are evaluated.
	 */
	static class Registrar implements ImportBeanDefinitionRegistrar {

		private static final String BEAN_NAME = "grantexFrozenConditions";

		private final Environment environment;

		Registrar(Environment environment) {
			this.environment = environment;
		}

		@Override
		public void registerBeanDefinitions(AnnotationMetadata importingClassMetadata,
				BeanDefinitionRegistry registry) {
			RootBeanDefinition definition = new RootBeanDefinition(FrozenConditions.class);
			definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
			definition.getConstructorArgumentValues()
				.addIndexedArgumentValue(0, EnabledCondition.isEnabled(this.environment));
			definition.getConstructorArgumentValues()
				.addIndexedArgumentValue(1,
						String.join(",", NoOtherTokenVerificationCondition.configured(this.environment)));
			registry.registerBeanDefinition(BEAN_NAME, definition);
		}

	}

}
