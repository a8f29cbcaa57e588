package dev.grantex.gemma.autoconfigure;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import dev.grantex.gemma.guard.RequiresScope;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A denial in the body of a functional endpoint is an answer like any other, although
 * Spring Boot has one of its own for every failure.
 */
class FunctionalEndpointTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void denialWhileTheBodyIsWrittenIsAProblem() {
		try (RunningApplication running = this.device.run(WebApplicationType.REACTIVE, Functional.class,
				RunningApplication.WITHOUT_SECURITY)) {
			HttpResponse<String> response = running.get("/delete");
			assertThat(response.statusCode()).isEqualTo(403);
			assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(response.body()).contains("\"urn:grantex:problem:scope_violation\"",
					"\"missing_scopes\":[\"write:contacts\"]");
			assertThat(this.device.results()).containsExactly("denied");
		}
	}

	static class Tools {

		@RequiresScope("write:contacts")
		public Mono<String> delete() {
			throw new AssertionError("Must never run without consent");
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Tools.class)
	static class Functional {

		@Bean
		RouterFunction<ServerResponse> routes(Tools tools) {
			return RouterFunctions.route()
				.GET("/delete", (request) -> ServerResponse.ok().body(tools.delete(), String.class))
				.build();
		}

	}

}
