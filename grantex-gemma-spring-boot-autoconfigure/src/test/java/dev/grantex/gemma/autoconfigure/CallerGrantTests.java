package dev.grantex.gemma.autoconfigure;

import java.util.Map;

import dev.grantex.simulator.Agent;
import dev.grantex.simulator.Customer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.Customizer;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * With {@code guard.grant-source=caller} calls run under the grant of the current
 * request's bearer token, and under no other.
 */
class CallerGrantTests {

	private static final String CALLER = "grantex.gemma.guard.grant-source=caller";

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void aCallRunsUnderTheCallersGrantAndItsEntryCarriesTheBundlesIdentity() {
		try (RunningApplication running = run(Applications.Complete.class)) {
			String token = this.device.service()
				.customer()
				.mintToken(this.device.agent(), "user_bob", "read:contacts", "other:scope");
			assertThat(running.get("/find", token).body()).isEqualTo("Ada");
			JsonNode entry = this.device.entries().get(0);
			assertThat(entry.get("agentDID").stringValue()).isEqualTo(this.device.agent().did());
			assertThat(entry.get("scopes")).hasSize(1);
			assertThat(entry.at("/metadata/caller").toString()).contains("user_bob");
			assertThat(entry.toString()).doesNotContain(token);
		}
	}

	@Test
	void aCallersGrantWithoutTheScopeIsDenied() {
		try (RunningApplication running = run(Applications.Complete.class)) {
			String token = this.device.service()
				.customer()
				.mintToken(this.device.agent(), "user_bob", "write:contacts");
			assertThat(running.get("/find", token).statusCode()).isEqualTo(403);
			assertThat(this.device.results()).containsExactly("denied");
		}
	}

	@Test
	void aCallWithoutATokenIsDeniedAndNotRunUnderTheBundlesGrant() {
		try (RunningApplication running = run(Open.class)) {
			assertThat(running.get("/find").statusCode()).isEqualTo(401);
			assertThat(running.get("/find").headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
			assertThat(running.get("/find").body()).contains("\"auth_failure\"");
			assertThat(running.get("/open").body()).isEqualTo("open");
		}
	}

	@Test
	void aCallOutsideOfARequestIsDenied() {
		try (RunningApplication running = run(Open.class)) {
			assertThat(catchThrowable(() -> running.bean(Contacts.class).find()))
				.hasMessage("The caller has no valid grant");
		}
	}

	@Test
	void anotherCustomersTokenIsRefusedByTheDecoder() {
		try (RunningApplication running = run(Applications.Complete.class)) {
			assertThat(running.get("/open", anotherCustomersToken()).statusCode()).isEqualTo(401);
			assertThat(running.get("/find", anotherCustomersToken()).statusCode()).isEqualTo(401);
		}
	}

	@Test
	void anotherCustomersTokenIsRefusedByTheGuardBehindAnotherDecoder() {
		try (RunningApplication running = run(Credulous.class)) {
			String token = anotherCustomersToken();
			assertThat(running.get("/open", token).body()).isEqualTo("open");
			assertThat(running.get("/find", token).statusCode()).isEqualTo(401);
			assertThat(running.get("/find", token).body()).contains("\"auth_failure\"");
		}
	}

	private RunningApplication run(Class<?> application) {
		return this.device.run(WebApplicationType.SERVLET, application, CALLER);
	}

	private String anotherCustomersToken() {
		Customer other = this.device.service().createCustomer("other");
		Agent agent = other.registerAgent("thief", "read:contacts", "write:contacts");
		return other.mintToken(agent, "user_alice", "read:contacts", "write:contacts");
	}

	/**
	 * Lets everybody in; only the guard says no.
	 */
	@Import(Applications.Complete.class)
	static class Open {

		@Bean
		SecurityFilterChain openToAll(HttpSecurity http) {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
				.oauth2ResourceServer((server) -> server.jwt(Customizer.withDefaults()))
				.build();
		}

	}

	/**
	 * Takes every token for good.
	 */
	@Import(Applications.Complete.class)
	static class Credulous {

		@Bean
		JwtDecoder credulousDecoder() {
			return (token) -> new Jwt(token, null, null, Map.of("alg", "none"), Map.of("sub", "anyone"));
		}

	}

}
