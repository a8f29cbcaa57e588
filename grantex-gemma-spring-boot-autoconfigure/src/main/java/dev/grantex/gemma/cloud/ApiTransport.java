package dev.grantex.gemma.cloud;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.springframework.core.codec.ByteArrayEncoder;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.reactive.JdkClientHttpConnector;
import org.springframework.http.codec.EncoderHttpMessageWriter;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

/**
 * Sends one request and waits for its answer. Speaks HTTP/1.1 only, because the service
 * refuses the upgrade to HTTP/2 that the JDK's client offers otherwise; follows no
 * redirect, because the API key must not leave its origin.
 */
final class ApiTransport implements AutoCloseable {

	/**
	 * Where Reactor looks for what to do with an error that nobody waits for any more. By
	 * default it logs it with the address of the call; a call given up is no error.
	 */
	private static final Context IGNORE_DROPPED_ERRORS = Context.of("reactor.onErrorDropped.local",
			(Consumer<Throwable>) (dropped) -> {
			});

	private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);

	private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

	private static final int MAX_ANSWER_BYTES = 4 * 1024 * 1024;

	private final ExecutorService executor = Executors.newCachedThreadPool(threadFactory());

	private final Set<CompletableFuture<ApiAnswer>> waiting = ConcurrentHashMap.newKeySet();

	private final WebClient webClient;

	private final Duration deadline;

	private volatile boolean closed;

	ApiTransport(Duration connectTimeout, Duration readTimeout) {
		HttpClient httpClient = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(connectTimeout)
			.executor(this.executor)
			.build();
		JdkClientHttpConnector connector = new JdkClientHttpConnector(httpClient);
		connector.setReadTimeout(connectTimeout.plus(readTimeout));
		// The connector's time-out ends with the headers, a body could trickle for ever.
		this.deadline = connectTimeout.plus(readTimeout);
		this.webClient = WebClient.builder().clientConnector(connector).codecs((codecs) -> {
			codecs.registerDefaults(false);
			codecs.customCodecs().register(new EncoderHttpMessageWriter<>(new ByteArrayEncoder()));
		}).build();
	}

	/**
	 * Sends a request and waits for the whole answer, whatever its status.
	 * @param request the request
	 * @param apiKey the key to send along
	 * @throws ApiUnreachableException if there is no complete answer
	 * @throws InvalidAnswerException if the answer is too large
	 * @throws IllegalStateException on a thread that must not block
	 */
	ApiAnswer exchange(ApiRequest request, @Nullable ApiKey apiKey) {
		if (Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException("The Grantex API must not be called from a non-blocking thread");
		}
		if (Thread.currentThread().isInterrupted()) {
			throw new ApiUnreachableException(Reason.INTERRUPTED);
		}
		if (this.closed) {
			throw new ApiUnreachableException(Reason.CLOSED);
		}
		CompletableFuture<ApiAnswer> answer = send(request, apiKey).toFuture();
		this.waiting.add(answer);
		try {
			if (this.closed) {
				answer.cancel(true);
			}
			return answer.get(this.deadline.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new ApiUnreachableException(Reason.INTERRUPTED);
		}
		catch (TimeoutException ex) {
			throw new ApiUnreachableException(Reason.TIMEOUT);
		}
		catch (CancellationException ex) {
			throw new ApiUnreachableException(Reason.CLOSED);
		}
		catch (ExecutionException ex) {
			throw failure(ex.getCause());
		}
		finally {
			answer.cancel(true);
			this.waiting.remove(answer);
		}
	}

	private Mono<ApiAnswer> send(ApiRequest request, @Nullable ApiKey apiKey) {
		WebClient.RequestBodySpec spec = this.webClient.method(request.method())
			.uri(request.uri())
			.accept(MediaType.APPLICATION_JSON);
		if (apiKey != null) {
			spec.header(HttpHeaders.AUTHORIZATION, apiKey.toAuthorization());
		}
		if (request.body() != null) {
			spec.contentType(MediaType.APPLICATION_JSON).bodyValue(request.body());
		}
		return spec.exchangeToMono(ApiTransport::read).contextWrite(IGNORE_DROPPED_ERRORS);
	}

	private static Mono<ApiAnswer> read(ClientResponse response) {
		HttpHeaders headers = response.headers().asHttpHeaders();
		return DataBufferUtils.join(response.body(BodyExtractors.toDataBuffers()), MAX_ANSWER_BYTES)
			.map(ApiTransport::bytes)
			.defaultIfEmpty(new byte[0])
			.map((body) -> new ApiAnswer(response.statusCode().value(), headers.getFirst(HttpHeaders.DATE),
					headers.getFirst(HttpHeaders.RETRY_AFTER), body));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	private GrantexGemmaException failure(@Nullable Throwable cause) {
		if (cause instanceof Error error) {
			throw error;
		}
		if (cause instanceof DataBufferLimitException) {
			return new InvalidAnswerException("The Grantex API's answer is too large");
		}
		return new ApiUnreachableException(this.closed ? Reason.CLOSED : UnreachableReasons.of(cause));
	}

	/**
	 * Ends waiting calls and refuses further ones.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.waiting.forEach((answer) -> answer.cancel(true));
		this.executor.shutdown();
	}

	static Duration requireTimeout(Duration timeout) {
		if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
			throw new IllegalArgumentException("A time-out must be a millisecond to an hour");
		}
		return timeout;
	}

	private static CustomizableThreadFactory threadFactory() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("grantex-http-");
		factory.setDaemon(true);
		return factory;
	}

}
