package dev.grantex.gemma.web;

import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ReactiveDenialHandler}: denials are answered as behind annotated
 * controllers, wherever in the answer they come up.
 */
class ReactiveDenialHandlerTests {

	private final WebTestClient client = WebTestClient.bindToRouterFunction(routes())
		.handlerStrategies(HandlerStrategies.builder()
			.webFilter(ReactiveDenialHandlerTests::filter)
			.exceptionHandler(new ReactiveDenialHandler(ServerCodecConfigurer.create()))
			.build())
		.build();

	@ParameterizedTest
	@ValueSource(strings = { "/throwing", "/failing", "/mono", "/flux", "/events", "/stage", "/undeclared", "/wrapped",
			"/filtered" })
	void denialsBecomeProblems(String path) {
		this.client.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectHeader()
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.expectBody()
			.jsonPath("$.type")
			.isEqualTo("urn:grantex:problem:scope_violation")
			.jsonPath("$.missing_scopes[0]")
			.isEqualTo("write")
			.jsonPath("$.instance")
			.isEqualTo(path);
	}

	@Test
	void whatTheOtherAnswerSaidOfItselfIsGone() {
		this.client.get()
			.uri("/cached")
			.exchange()
			.expectStatus()
			.isForbidden()
			.expectHeader()
			.doesNotExist("Cache-Control")
			.expectHeader()
			.doesNotExist("ETag")
			.expectHeader()
			.valueEquals("X-Own", "kept");
	}

	@Test
	void anonymousCallerIsAskedForAToken() {
		this.client.get()
			.uri("/anonymous")
			.exchange()
			.expectStatus()
			.isUnauthorized()
			.expectHeader()
			.valueEquals("WWW-Authenticate", "Bearer");
	}

	@Test
	void statusThatTheApplicationChoseStays() {
		this.client.get().uri("/chosen").exchange().expectStatus().isEqualTo(HttpStatus.I_AM_A_TEAPOT);
	}

	@Test
	void otherFailuresAreLeftAlone() {
		this.client.get().uri("/other").exchange().expectStatus().is5xxServerError();
	}

	@Test
	void denialInAnAnswerThatHasBegunEndsIt() {
		Flux<String> body = this.client.get().uri("/begun").exchange().returnResult(String.class).getResponseBody();
		assertThat(body.onErrorComplete().collectList().block()).doesNotContain("scope_violation");
	}

	private static ScopeViolationException denial() {
		return new ScopeViolationException(List.of("write"));
	}

	private static Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		return exchange.getRequest().getPath().value().equals("/filtered") ? Mono.error(denial())
				: chain.filter(exchange);
	}

	private static RouterFunction<ServerResponse> routes() {
		return RouterFunctions.route().GET("/throwing", (request) -> {
			throw denial();
		})
			.GET("/failing", (request) -> Mono.error(denial()))
			.GET("/mono", (request) -> ok(Mono.error(denial())))
			.GET("/flux", (request) -> ServerResponse.ok().body(Flux.<String>error(denial()), String.class))
			.GET("/events",
					(request) -> ServerResponse.ok()
						.contentType(MediaType.TEXT_EVENT_STREAM)
						.body(Flux.<String>error(denial()), String.class))
			.GET("/stage",
					(request) -> ok(Mono.fromFuture(CompletableFuture.failedFuture(new CompletionException(denial())))))
			.GET("/undeclared", (request) -> ok(Mono.error(new UndeclaredThrowableException(denial()))))
			.GET("/wrapped", (request) -> ok(Mono.error(new IllegalStateException("wrapped", denial()))))
			.GET("/cached",
					(request) -> ServerResponse.ok()
						.header("X-Own", "kept")
						.eTag("1")
						.cacheControl(CacheControl.maxAge(Duration.ofMinutes(1)))
						.body(Mono.<String>error(denial()), String.class))
			.GET("/anonymous", (request) -> ok(Mono.error(new CallDeniedException("auth_failure", "No grant"))))
			.GET("/chosen",
					(request) -> ok(
							Mono.error(new ResponseStatusException(HttpStatus.I_AM_A_TEAPOT, "chosen", denial()))))
			.GET("/other", (request) -> ok(Mono.error(new IllegalStateException("other"))))
			.GET("/begun",
					(request) -> ServerResponse.ok()
						.contentType(MediaType.TEXT_EVENT_STREAM)
						.body(Flux.just("a").concatWith(Flux.error(denial())), String.class))
			.build();
	}

	private static Mono<ServerResponse> ok(Mono<String> body) {
		return ServerResponse.ok().body(body, String.class);
	}

}
