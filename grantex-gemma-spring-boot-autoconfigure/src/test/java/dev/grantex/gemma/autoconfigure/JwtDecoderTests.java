package dev.grantex.gemma.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.reactive.ReactiveWebSecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.OAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.reactive.ReactiveOAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.OAuth2ResourceServerWebSecurityAutoConfiguration;
import org.springframework.boot.security.oauth2.server.resource.autoconfigure.web.reactive.ReactiveOAuth2ResourceServerWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.ReactiveOpaqueTokenIntrospector;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.util.ClassUtils;

import dev.grantex.gemma.grant.OfflineJwtDecoder;
import dev.grantex.gemma.grant.ReactiveOfflineJwtDecoder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose decoder is the application's, and that the other can be had by name.
 */
class JwtDecoderTests {

	private static final String PREFIX = "spring.security.oauth2.resourceserver.";

	@RegisterExtension
	private final Device device = new Device();

	private WebApplicationContextRunner servlet() {
		return this.device.webContexts()
			.withBean(Injected.class)
			.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class, SecurityAutoConfiguration.class,
					ServletWebSecurityAutoConfiguration.class, OAuth2ResourceServerAutoConfiguration.class,
					OAuth2ResourceServerWebSecurityAutoConfiguration.class));
	}

	private ReactiveWebApplicationContextRunner reactive() {
		return this.device.configure(new ReactiveWebApplicationContextRunner())
			.withBean(ReactiveInjected.class)
			.withConfiguration(AutoConfigurations.of(WebFluxAutoConfiguration.class,
					ReactiveWebSecurityAutoConfiguration.class, ReactiveOAuth2ResourceServerAutoConfiguration.class,
					ReactiveOAuth2ResourceServerWebSecurityAutoConfiguration.class));
	}

	@Test
	void oursIsTheDefaultWhenNothingElseIsConfigured() {
		servlet().run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(SecurityFilterChain.class)
			.getBean(JwtDecoder.class)
			.isInstanceOf(OfflineJwtDecoder.class)
			.isSameAs(context.getBean(Injected.class).offline()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "jwt.issuer-uri=https://idp.example.com", "jwt.jwk-set-uri=https://idp.example.com/jwks",
			"jwt.public-key-location=classpath:rsa-public-key.pem" })
	void aConfiguredDecoderStaysTheDefault(String property) {
		servlet().withPropertyValues(PREFIX + property).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(SecurityFilterChain.class);
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.standard()).isNotInstanceOf(OfflineJwtDecoder.class);
			assertThat(injected.offline()).isInstanceOf(OfflineJwtDecoder.class);
		});
	}

	@Test
	void aConfiguredIntrospectorStaysTheDefault() {
		servlet()
			.withPropertyValues(PREFIX + "opaquetoken.introspection-uri=https://idp.example.com/introspect",
					PREFIX + "opaquetoken.client-id=me", PREFIX + "opaquetoken.client-secret=secret")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(OpaqueTokenIntrospector.class)
				.hasSingleBean(SecurityFilterChain.class)
				.hasBean("grantexJwtDecoder"));
	}

	@Test
	void theApplicationsOwnDecoderStaysTheDefault() {
		JwtDecoder own = (token) -> {
			throw new BadJwtException("None is good enough");
		};
		servlet().withBean("ownDecoder", JwtDecoder.class, () -> own).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(SecurityFilterChain.class);
			Injected injected = context.getBean(Injected.class);
			assertThat(injected.standard()).isSameAs(own);
			assertThat(injected.offline()).isInstanceOf(OfflineJwtDecoder.class);
		});
	}

	@Test
	void theApplicationsOwnIntrospectorStaysTheDefault() {
		servlet().withBean("ownIntrospector", OpaqueTokenIntrospector.class, () -> (token) -> {
			throw new BadJwtException("None is good enough");
		})
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SecurityFilterChain.class)
				.hasBean("opaqueTokenSecurityFilterChain")
				.hasBean("grantexJwtDecoder"));
	}

	@Test
	void aPropertyThatIsSetToNothingIsNotSet() {
		servlet().withPropertyValues(PREFIX + "jwt.issuer-uri=")
			.run((context) -> assertThat(context).getBean(JwtDecoder.class).isInstanceOf(OfflineJwtDecoder.class));
	}

	@Test
	void oursIsTheDefaultInAReactiveApplication() {
		reactive().run((context) -> assertThat(context).hasNotFailed()
			.hasSingleBean(SecurityWebFilterChain.class)
			.getBean(ReactiveJwtDecoder.class)
			.isInstanceOf(ReactiveOfflineJwtDecoder.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "jwt.issuer-uri=https://idp.example.com", "jwt.jwk-set-uri=https://idp.example.com/jwks",
			"jwt.public-key-location=classpath:rsa-public-key.pem" })
	void aConfiguredReactiveDecoderStaysTheDefault(String property) {
		reactive().withPropertyValues(PREFIX + property).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(SecurityWebFilterChain.class);
			ReactiveInjected injected = context.getBean(ReactiveInjected.class);
			assertThat(injected.standard()).isNotInstanceOf(ReactiveOfflineJwtDecoder.class);
			assertThat(injected.offline()).isInstanceOf(ReactiveOfflineJwtDecoder.class);
		});
	}

	@Test
	void aConfiguredReactiveIntrospectorStaysTheDefault() {
		reactive()
			.withPropertyValues(PREFIX + "opaquetoken.introspection-uri=https://idp.example.com/introspect",
					PREFIX + "opaquetoken.client-id=me", PREFIX + "opaquetoken.client-secret=secret")
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ReactiveOpaqueTokenIntrospector.class)
				.hasSingleBean(SecurityWebFilterChain.class)
				.hasBean("grantexReactiveJwtDecoder"));
	}

	@Test
	void theApplicationsOwnReactiveDecoderStaysTheDefault() {
		ReactiveJwtDecoder own = (token) -> Mono.empty();
		reactive().withBean("ownDecoder", ReactiveJwtDecoder.class, () -> own)
			.run((context) -> assertThat(context.getBean(ReactiveInjected.class).standard()).isSameAs(own));
	}

	@Test
	void aloneItAddsNoFilterChain() {
		this.device.webContexts()
			.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(SecurityFilterChain.class)
				.doesNotHaveBean(ServerHttpSecurity.class)
				.doesNotHaveBean("springSecurityFilterChain"));
	}

	@Test
	void theResourceServersAutoConfigurationIsFoundUnderOneOfTheNamesItIsOrderedBy() {
		assertThat(
				GrantexGemmaResourceServerAutoConfiguration.class.getAnnotation(AutoConfiguration.class).beforeName())
			.filteredOn((name) -> ClassUtils.isPresent(name, getClass().getClassLoader()))
			.containsExactlyInAnyOrder(OAuth2ResourceServerAutoConfiguration.class.getName(),
					ReactiveOAuth2ResourceServerAutoConfiguration.class.getName());
	}

	record Injected(ObjectProvider<JwtDecoder> decoders, @Qualifier("grantexJwtDecoder") JwtDecoder offline) {

		JwtDecoder standard() {
			return this.decoders.getObject();
		}

	}

	record ReactiveInjected(ObjectProvider<ReactiveJwtDecoder> decoders,
			@Qualifier("grantexReactiveJwtDecoder") ReactiveJwtDecoder offline) {

		ReactiveJwtDecoder standard() {
			return this.decoders.getObject();
		}

	}

}
