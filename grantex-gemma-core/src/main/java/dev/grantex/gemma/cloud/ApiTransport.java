package dev.grantex.gemma.cloud;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.core.log.LogMessage;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

import dev.grantex.gemma.EventLoop;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

/**
 * Sends one request and waits for its answer. Whatever ends an exchange before the answer
 * is complete closes its connection.
 */
final class ApiTransport implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(ApiTransport.class);

	private static final Duration MIN_TIMEOUT = Duration.ofMillis(1);

	private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

	private final ExecutorService executor = Executors.newCachedThreadPool(threadFactory());

	private final Set<CompletableFuture<?>> waiting = ConcurrentHashMap.newKeySet();

	private final HttpClients clients;

	private final Duration readTimeout;

	private volatile boolean closed;

	ApiTransport(Duration connectTimeout, Duration readTimeout) {
		this(connectTimeout, readTimeout, InstantSource.system());
	}

	ApiTransport(Duration connectTimeout, Duration readTimeout, InstantSource time) {
		// A connection that is still being made cannot be closed, so none outlives its
		// exchange.
		Duration connecting = (connectTimeout.compareTo(readTimeout) < 0) ? connectTimeout : readTimeout;
		this.clients = new HttpClients(connecting, this.executor, time);
		this.readTimeout = readTimeout;
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
		if (EventLoop.isCurrentThread()) {
			throw new IllegalStateException("The Grantex API must not be called from a non-blocking thread");
		}
		if (Thread.currentThread().isInterrupted()) {
			throw new ApiUnreachableException(Reason.INTERRUPTED);
		}
		logger.debug(LogMessage.format("HTTP %s %s", request.method(), request.uri()));
		HttpClients.Loan loan = this.clients.borrow();
		try {
			HttpResponse<byte[]> response = await(
					loan.client().sendAsync(httpRequest(request, apiKey), (info) -> new AnswerBody()));
			logger.debug(LogMessage.format("HTTP %d from %s", response.statusCode(), request.uri()));
			return answer(response);
		}
		catch (RejectedExecutionException ex) {
			throw new ApiUnreachableException(Reason.CLOSED);
		}
		finally {
			this.clients.giveBack(loan);
		}
	}

	private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> response) {
		this.waiting.add(response);
		boolean complete = false;
		try {
			if (this.closed) {
				throw new ApiUnreachableException(Reason.CLOSED);
			}
			HttpResponse<byte[]> answered = response.get(this.readTimeout.toNanos(), TimeUnit.NANOSECONDS);
			complete = true;
			return answered;
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
			this.waiting.remove(response);
			if (!complete) {
				end(response);
			}
		}
	}

	/**
	 * Ends an exchange and its connection. The future of one that failed by itself is
	 * done and cancels nothing any more; one that stems from it does. Else the JDK would
	 * keep the connection of an answer whose head cannot be read.
	 */
	private static void end(CompletableFuture<?> response) {
		response.cancel(true);
		response.newIncompleteFuture().cancel(true);
	}

	private static HttpRequest httpRequest(ApiRequest request, @Nullable ApiKey apiKey) {
		HttpRequest.Builder http = HttpRequest.newBuilder(request.uri())
			.header(HttpHeaders.ACCEPT, MediaType.APPLICATION_JSON_VALUE);
		if (apiKey != null) {
			http.header(HttpHeaders.AUTHORIZATION, apiKey.toAuthorization());
		}
		byte[] body = request.body();
		if (body == null) {
			return http.method(request.method().name(), BodyPublishers.noBody()).build();
		}
		return http.header(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON_VALUE)
			.method(request.method().name(), BodyPublishers.ofByteArray(body))
			.build();
	}

	private static ApiAnswer answer(HttpResponse<byte[]> response) {
		return new ApiAnswer(response.statusCode(), response.headers().firstValue(HttpHeaders.DATE).orElse(null),
				response.headers().firstValue(HttpHeaders.RETRY_AFTER).orElse(null), response.body());
	}

	private GrantexGemmaException failure(@Nullable Throwable cause) {
		if (cause instanceof Error error) {
			throw error;
		}
		if (cause instanceof InvalidAnswerException invalid) {
			return invalid;
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
		this.clients.close();
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
