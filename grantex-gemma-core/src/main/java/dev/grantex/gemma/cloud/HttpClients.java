package dev.grantex.gemma.cloud;

import java.lang.reflect.Method;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;

import org.jspecify.annotations.Nullable;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

/**
 * The JDK's client, replaced after it was idle: gateways drop idle connections without a
 * word, and how long the JDK keeps them is a setting of the whole JVM. Speaks HTTP/1.1
 * only, because the service refuses the upgrade to HTTP/2 that the JDK offers otherwise;
 * follows no redirect, because the API key must not leave its origin.
 */
final class HttpClients implements AutoCloseable {

	static final Duration LONGEST_IDLE = Duration.ofSeconds(20);

	private static final @Nullable Method SHUTDOWN_NOW = ClassUtils.getMethodIfAvailable(HttpClient.class,
			"shutdownNow");

	private final Duration connectTimeout;

	private final Executor executor;

	private final InstantSource time;

	private @Nullable Loan current;

	private boolean closed;

	/**
	 * Creates clients when they are needed.
	 * @param connectTimeout how long a connection may take, its encryption included
	 * @param executor runs what the clients do
	 * @param time a clock that goes on while the device sleeps
	 */
	HttpClients(Duration connectTimeout, Executor executor, InstantSource time) {
		this.connectTimeout = connectTimeout;
		this.executor = executor;
		this.time = time;
	}

	/**
	 * Lends the client for one exchange. Each loan is given back.
	 * @throws ApiUnreachableException if this was closed
	 */
	synchronized Loan borrow() {
		if (this.closed) {
			throw new ApiUnreachableException(Reason.CLOSED);
		}
		Loan loan = this.current;
		if (loan != null && loan.isIdleFor(LONGEST_IDLE)) {
			discard(loan);
			loan = null;
		}
		if (loan == null) {
			loan = new Loan();
			this.current = loan;
		}
		loan.exchanges++;
		return loan;
	}

	/**
	 * Takes the client back.
	 */
	synchronized void giveBack(Loan loan) {
		loan.exchanges--;
		loan.lastUsed = this.time.instant();
		if (loan != this.current) {
			discard(loan);
		}
	}

	/**
	 * Closes what is idle. What is on loan is closed when it is given back.
	 */
	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.current != null) {
			discard(this.current);
		}
	}

	private void discard(Loan loan) {
		if (loan == this.current) {
			this.current = null;
		}
		if (loan.exchanges == 0) {
			loan.shutDown();
		}
	}

	/**
	 * A client, and how many exchanges it is used for.
	 */
	final class Loan {

		private final ThreadGroup threads = threads();

		private final HttpClient client = build(this.threads);

		private int exchanges;

		private Instant lastUsed = HttpClients.this.time.instant();

		HttpClient client() {
			return this.client;
		}

		/** A clock that was set back counts as well: nobody knows how long it was. */
		private boolean isIdleFor(Duration longest) {
			return this.exchanges == 0
					&& Duration.between(this.lastUsed, HttpClients.this.time.instant()).abs().compareTo(longest) >= 0;
		}

		/**
		 * Ends the client with its thread and connections. Before JDK 21 it cannot be
		 * told to, but its only thread, which nobody else is in a group with, ends when
		 * it is interrupted and closes them.
		 */
		private void shutDown() {
			if (SHUTDOWN_NOW != null) {
				ReflectionUtils.invokeMethod(SHUTDOWN_NOW, this.client);
			}
			else {
				this.threads.interrupt();
			}
		}

	}

	@SuppressWarnings("removal") // What JDK 19 and later do by themselves
	private static ThreadGroup threads() {
		ThreadGroup threads = new ThreadGroup("grantex-http");
		threads.setDaemon(true);
		return threads;
	}

	/** A client's thread is in the group of the thread that builds it. */
	private HttpClient build(ThreadGroup threads) {
		FutureTask<HttpClient> build = new FutureTask<>(() -> HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(this.connectTimeout)
			.executor(this.executor)
			.build());
		Thread builder = new Thread(threads, build, "grantex-http-builder");
		builder.setDaemon(true);
		builder.start();
		boolean interrupted = false;
		try {
			while (true) {
				try {
					return build.get();
				}
				catch (InterruptedException ex) {
					interrupted = true;
				}
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("No HTTP client can be made", ex.getCause());
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
