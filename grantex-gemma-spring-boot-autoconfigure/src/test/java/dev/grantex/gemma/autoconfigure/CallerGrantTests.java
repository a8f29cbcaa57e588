package dev.grantex.gemma.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

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
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.SecurityFilterChain;

import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.sync.AuditSynchronizer;

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
	void callersWithGrantsOfTheirOwnWithoutTheScopeDoNotFillTheLog() {
		try (RunningApplication running = this.device.run(Applications.Small.class, CALLER,
				"grantex.gemma.audit.durability=os", "grantex.gemma.sync.on-startup=false",
				"grantex.gemma.sync.on-shutdown=false")) {
			Contacts contacts = running.bean(Contacts.class);
			for (int i = 0; i < 210; i++) {
				String token = this.device.service()
					.customer()
					.mintToken(this.device.agent(), "user_" + i, "write:contacts");
				Jwt jwt = new Jwt(token, null, null, Map.of("alg", "RS256"), Map.of("sub", "user_" + i));
				SecurityContextHolder.getContext().setAuthentication(new JwtAuthenticationToken(jwt, List.of()));
				assertThat(catchThrowable(contacts::find)).isInstanceOf(ScopeViolationException.class);
			}
			assertThat(this.device.results()).hasSize(200).containsOnly("denied");
		}
		finally {
			SecurityContextHolder.clearContext();
		}
		assertThat(this.device.entries()).hasSize(201);
		assertThat(this.device.entries().get(200).get("action").stringValue()).isEqualTo("Contacts.find");
		assertThat(this.device.entries().get(200).get("metadata").toString()).isEqualTo(
				"{\"count\":10,\"caller\":{\"various\":true},\"method\":\"Contacts.find\",\"reason\":\"scope_violation\","
						+ "\"required_scopes\":[\"read:contacts\"]}");
	}

	@Test
	void aCallWithoutATokenIsDeniedAndNotRunUnderTheBundlesGrant() {
		try (RunningApplication running = run(Open.class)) {
			assertThat(running.get("/find").statusCode()).isEqualTo(401);
			assertThat(running.get("/find").headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
			assertThat(running.get("/find").body())
				.isEqualTo("{\"detail\":\"The caller has no valid grant. Do not try again; ask the user to sign in.\","
						+ "\"instance\":\"/find\",\"status\":401,\"title\":\"No valid grant\","
						+ "\"type\":\"urn:grantex:problem:auth_failure\",\"reason\":\"auth_failure\"}");
			assertThat(running.get("/open").body()).isEqualTo("open");
		}
	}

	@Test
	void aCallOutsideOfARequestIsDenied() {
		try (RunningApplication running = run(Open.class)) {
			// Other tests may have left a request or a context on this thread.
			Throwable denial = CompletableFuture
				.supplyAsync(() -> catchThrowable(() -> running.bean(Contacts.class).find()),
						(task) -> new Thread(task).start())
				.join();
			assertThat(denial).hasMessage("It is not known who asks for this call. Do not try again; tell the user.");
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

	@Test
	void aRevokedGrantOfAnotherCallerIsAcceptedUntilItsTokenEnds() {
		Duration life = Duration.ofMinutes(5);
		String token = this.device.service()
			.customer()
			.mintToken(this.device.agent(), "user_bob", List.of("read:contacts"), life, Map.of());
		try (RunningApplication running = run(OneClock.class)) {
			assertThat(running.get("/find", token).statusCode()).isEqualTo(200);
			this.device.service()
				.revokeGrant(this.device.entries().get(0).at("/metadata/caller/grantId").stringValue());
			assertThat(running.bean(AuditSynchronizer.class).sync().isSuccessful()).isTrue();
			assertThat(running.get("/find", token).statusCode()).isEqualTo(200);
			this.device.service().clock().advance(life.plusSeconds(30));
			assertThat(running.get("/find", token).statusCode()).isEqualTo(401);
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
	 * On a device whose clock is the service's.
	 */
	@Import(Applications.Complete.class)
	static class OneClock {

		@Bean(defaultCandidate = false)
		Clock grantexClock(Device device) {
			return device.service().clock();
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
