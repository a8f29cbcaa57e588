package dev.grantex.gemma.web;

import java.net.URI;
import java.util.List;
import java.util.Objects;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.HttpMessageWriter;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.ErrorResponse;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.reactive.result.view.ViewResolver;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Answers, in reactive applications, what no controller advice sees: denials in
 * functional endpoints, also while their bodies are being written, and in filters. It
 * comes after the application's own handlers, and leaves alone what has a status already.
 */
public final class ReactiveDenialHandler implements WebExceptionHandler, Ordered {

	/** Before Spring Boot's own handler, which answers everything. */
	private static final int ORDER = -2;

	private static final List<String> OF_ANOTHER_ANSWER = List.of(HttpHeaders.CACHE_CONTROL, HttpHeaders.ETAG,
			HttpHeaders.EXPIRES, HttpHeaders.LAST_MODIFIED);

	private final ServerResponse.Context context;

	/**
	 * Creates a handler.
	 * @param codecs write the problem details
	 */
	public ReactiveDenialHandler(ServerCodecConfigurer codecs) {
		this.context = new Writers(List.copyOf(codecs.getWriters()));
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
		ResponseEntity<ProblemDetail> denial = (failure instanceof ErrorResponse) ? null
				: DenialResponses.find(failure);
		if (denial == null || exchange.getResponse().isCommitted()) {
			return Mono.error(failure);
		}
		HttpHeaders headers = exchange.getResponse().getHeaders();
		headers.clearContentHeaders();
		OF_ANOTHER_ANSWER.forEach(headers::remove);
		ProblemDetail problem = Objects.requireNonNull(denial.getBody());
		problem.setInstance(URI.create(exchange.getRequest().getPath().value()));
		return ServerResponse.status(denial.getStatusCode())
			.headers((target) -> target.putAll(denial.getHeaders()))
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.bodyValue(problem)
			.flatMap((response) -> response.writeTo(exchange, this.context));
	}

	private record Writers(List<HttpMessageWriter<?>> messageWriters) implements ServerResponse.Context {

		@Override
		public List<ViewResolver> viewResolvers() {
			return List.of();
		}

	}

}
