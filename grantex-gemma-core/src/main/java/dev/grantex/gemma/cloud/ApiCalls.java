package dev.grantex.gemma.cloud;

import java.time.Duration;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.GrantexAuthException;

/**
 * Makes calls with and without the API key and turns refusals into exceptions. The one
 * place that hands the key out, and to whom.
 */
final class ApiCalls implements AutoCloseable {

	private final BaseUrl baseUrl;

	private final @Nullable ApiKey apiKey;

	private final SingletonSupplier<ApiTransport> transport;

	private final ServiceTime serviceTime;

	ApiCalls(BaseUrl baseUrl, @Nullable ApiKey apiKey, Duration connectTimeout, Duration readTimeout,
			ServiceTime serviceTime) {
		this.baseUrl = baseUrl;
		this.apiKey = apiKey;
		// An application that starts offline does without.
		this.transport = SingletonSupplier.of(() -> new ApiTransport(connectTimeout, readTimeout));
		this.serviceTime = serviceTime;
	}

	/**
	 * Makes a call with the API key. The service's time is taken over only from an answer
	 * that could be read.
	 * @param request the request
	 * @param reader takes the answer's JSON object apart
	 */
	<T> T call(ApiRequest request, Function<JsonNode, T> reader) {
		if (this.apiKey == null) {
			throw new GrantexAuthException("There is no API key for the Grantex API", 401,
					GrantexClient.API_KEY_MISSING);
		}
		if (!this.baseUrl.isOriginOf(request.uri())) {
			throw new IllegalStateException("The API key must not leave its origin");
		}
		ApiAnswer answer = exchange(request, this.apiKey);
		T value = reader.apply(AnswerReader.object(answer));
		this.serviceTime.report(answer);
		return value;
	}

	/**
	 * Makes a call without the API key.
	 */
	JsonNode callOpenly(ApiRequest request) {
		return AnswerReader.object(exchange(request, null));
	}

	private ApiAnswer exchange(ApiRequest request, @Nullable ApiKey key) {
		ApiAnswer answer = this.transport.obtain().exchange(request, key);
		if (!answer.isSuccess()) {
			throw Refusals.of(answer);
		}
		return answer;
	}

	@Override
	public void close() {
		this.transport.obtain().close();
	}

}
