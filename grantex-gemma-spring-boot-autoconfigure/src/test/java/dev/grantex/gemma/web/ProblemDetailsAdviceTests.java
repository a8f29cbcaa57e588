package dev.grantex.gemma.web;

import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.TokenExpiredException;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.is;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

/**
 * Tests for {@link ProblemDetailsAdvice} in servlet and reactive applications.
 */
class ProblemDetailsAdviceTests {

	private final MockMvc servlet = MockMvcBuilders.standaloneSetup(new Controller())
		.setControllerAdvice(new ProblemDetailsAdvice())
		.build();

	private final WebTestClient reactive = WebTestClient.bindToController(new ReactiveController())
		.controllerAdvice(new ProblemDetailsAdvice())
		.build();

	@ParameterizedTest
	@CsvSource({ "scope_violation, 403", "expired, 403", "revoked, 403", "disabled, 403", "bundle_mismatch, 403",
			"grant_invalid, 403", "unguarded, 403", "auth_failure, 401", "no_caller, 500", "not_running, 503",
			"no_bundle, 503", "bundle_unreadable, 503", "bundle_unsafe, 503", "bundle_displaced, 503",
			"bundle_unwritable, 503", "snapshot_expired, 503", "clock_rollback, 503", "clock_ahead, 503",
			"bundle_outdated, 503", "log_locked, 503", "log_unwritable, 503", "log_full, 503", "not_recorded, 500" })
	void denialsBecomeProblems(String reason, int status) throws Exception {
		this.servlet.perform(get("/call").param("reason", reason))
			.andExpect(status().is(status))
			.andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
			.andExpect(jsonPath("$.type", is("urn:grantex:problem:" + reason)))
			.andExpect(jsonPath("$.status", is(status)))
			.andExpect(jsonPath("$.title").isNotEmpty())
			.andExpect(jsonPath("$.detail").isNotEmpty())
			.andExpect(jsonPath("$.instance", is("/call")))
			.andExpect(jsonPath("$.reason", is(reason)));
		this.reactive.get()
			.uri("/call?reason=" + reason)
			.exchange()
			.expectStatus()
			.isEqualTo(status)
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.type")
			.isEqualTo("urn:grantex:problem:" + reason)
			.jsonPath("$.reason")
			.isEqualTo(reason);
	}

	@Test
	void missingScopesAreNamed() throws Exception {
		this.servlet.perform(get("/call").param("reason", "scope_violation"))
			.andExpect(jsonPath("$.missing_scopes", is(List.of("write", "drop"))));
	}

	@Test
	void callerWithoutATokenIsAskedForOne() throws Exception {
		this.servlet.perform(get("/call").param("reason", "auth_failure"))
			.andExpect(header().string("WWW-Authenticate", "Bearer"));
	}

	@Test
	void lostCallerIsNotAskedForAToken() throws Exception {
		this.servlet.perform(get("/call").param("reason", "no_caller"))
			.andExpect(status().isInternalServerError())
			.andExpect(header().doesNotExist("WWW-Authenticate"));
	}

	@Test
	void callerWithAnInvalidTokenIsToldSo() throws Exception {
		this.servlet.perform(get("/call").param("reason", "invalid_token"))
			.andExpect(status().isUnauthorized())
			.andExpect(header().string("WWW-Authenticate", "Bearer error=\"invalid_token\""));
	}

	@Test
	void reasonThatIsNoPartOfAUrnIsEncoded() throws Exception {
		this.servlet.perform(get("/call").param("reason", "my reason"))
			.andExpect(status().isForbidden())
			.andExpect(jsonPath("$.type", is("urn:grantex:problem:my%20reason")));
	}

	@Test
	void denialsThatOthersHaveWrappedAreFound() throws Exception {
		this.servlet.perform(get("/wrapped")).andExpect(status().isForbidden());
		this.reactive.get().uri("/wrapped").exchange().expectStatus().isForbidden();
	}

	@Test
	void otherExceptionsAreLeftAlone() {
		assertThatThrownBy(() -> this.servlet.perform(get("/call").param("reason", "other")))
			.hasRootCauseInstanceOf(GrantexAuthException.class);
	}

	@Test
	void applicationsOwnAdviceComesFirst() throws Exception {
		MockMvc own = MockMvcBuilders.standaloneSetup(new Controller())
			.setControllerAdvice(new OwnAdvice(), new ProblemDetailsAdvice())
			.build();
		own.perform(get("/call").param("reason", "revoked")).andExpect(status().isIAmATeapot());
	}

	private static RuntimeException exception(String reason) {
		return switch (reason) {
			case "scope_violation" -> new ScopeViolationException(List.of("write", "drop"));
			case "expired" -> new TokenExpiredException("The consent on this device has expired");
			case "not_recorded" -> new CallNotRecordedException("The call ran, but its record could not be written");
			case "invalid_token" -> new CallDeniedException("auth_failure", "The caller has no valid grant",
					new OfflineVerificationException("The token is not valid"));
			case "other" -> new GrantexAuthException("Refused", 401, null);
			default -> new CallDeniedException(reason, "The call was denied");
		};
	}

	@RestController
	static class Controller {

		@GetMapping("/call")
		String call(@RequestParam("reason") String reason) {
			throw exception(reason);
		}

		@GetMapping("/wrapped")
		String wrapped() {
			throw new UndeclaredThrowableException(new CompletionException(exception("scope_violation")));
		}

	}

	@RestController
	static class ReactiveController {

		@GetMapping("/call")
		Mono<String> call(@RequestParam("reason") String reason) {
			return Mono.error(exception(reason));
		}

		@GetMapping("/wrapped")
		Mono<String> wrapped() {
			return Mono.error(new UndeclaredThrowableException(new CompletionException(exception("scope_violation"))));
		}

	}

	@RestControllerAdvice
	static class OwnAdvice {

		@ExceptionHandler
		ResponseEntity<Void> handle(CallDeniedException exception) {
			return ResponseEntity.status(418).build();
		}

	}

}
