package dev.grantex.gemma.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An environment other than the one in which conditions were evaluated. What comes of it
 * in an application that was processed ahead of time is in {@link AheadOfTimeTests}.
 */
class FrozenConditionsTests {

	private static final String ISSUER = "spring.security.oauth2.resourceserver.jwt.issuer-uri";

	private static final String KEY_SET = "spring.security.oauth2.resourceserver.jwt.jwk-set-uri";

	private static final String INTROSPECTION = "spring.security.oauth2.resourceserver.opaquetoken.introspection-uri";

	private static final String SECRET = "spring.security.oauth2.resourceserver.opaquetoken.client-secret";

	private final MockEnvironment environment = new MockEnvironment();

	@ParameterizedTest
	@ValueSource(strings = { "true", "on", "YES", "1" })
	void switchedOnAsBefore(String value) {
		this.environment.setProperty(EnabledCondition.PROPERTY, value);
		start(new FrozenConditions(true, ""));
		assertFails(new FrozenConditions(false, ""), EnabledCondition.PROPERTY);
	}

	@ParameterizedTest
	@ValueSource(strings = { "false", "off", "NO", "0" })
	void switchedOffAsBefore(String value) {
		this.environment.setProperty(EnabledCondition.PROPERTY, value);
		start(new FrozenConditions(false, ""));
		assertFails(new FrozenConditions(true, ""), EnabledCondition.PROPERTY);
	}

	@ParameterizedTest
	@ValueSource(strings = { ISSUER, KEY_SET, INTROSPECTION, SECRET,
			"spring.security.oauth2.resourceserver.jwt.public-key-location" })
	void anotherWayToVerifyTokensThatIsThereOnlyOnce(String property) {
		start(new FrozenConditions(true, ""));
		assertFails(new FrozenConditions(true, property), property);
		this.environment.setProperty(property, "https://idp.example.com");
		start(new FrozenConditions(true, property));
		assertFails(new FrozenConditions(true, ""), property);
	}

	@ParameterizedTest
	@CsvSource({ ISSUER + "," + KEY_SET, KEY_SET + "," + ISSUER, ISSUER + "," + INTROSPECTION })
	void oneWayInPlaceOfAnother(String before, String now) {
		this.environment.setProperty(now, "https://idp.example.com");
		assertFails(new FrozenConditions(true, before), now);
	}

	@Test
	void aSecretThatIsKnownOnlyWhenTheApplicationRuns() {
		this.environment.setProperty(INTROSPECTION, "https://idp.example.com");
		this.environment.setProperty(SECRET, "secret");
		start(new FrozenConditions(true, INTROSPECTION));
	}

	@Test
	void anotherValueOfTheSameProperty() {
		this.environment.setProperty(ISSUER, "https://other.example.com");
		start(new FrozenConditions(true, ISSUER));
	}

	@Test
	void tokensDoNotMatterWhereNobodyVerifiesThem() {
		this.environment.setProperty(ISSUER, "https://idp.example.com");
		new FrozenConditions(true, "").postProcessBeanFactory(beans());
	}

	private void assertFails(FrozenConditions conditions, String property) {
		assertThatExceptionOfType(InvalidPropertyException.class).isThrownBy(() -> start(conditions))
			.withMessageContaining("ahead of time")
			.satisfies((ex) -> assertThat(ex.property()).isEqualTo(property));
	}

	private void start(FrozenConditions conditions) {
		DefaultListableBeanFactory beans = beans();
		beans.registerBeanDefinition("grantexJwtDecoder", new RootBeanDefinition(Object.class));
		conditions.postProcessBeanFactory(beans);
	}

	private DefaultListableBeanFactory beans() {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("environment", this.environment);
		return beans;
	}

}
