package dev.grantex.simulator;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The service's loopback port.
 */
final class HttpEndpoint implements Connectivity {

	private static final int BIND_ATTEMPTS = 500;

	private static final Duration BIND_PAUSE = Duration.ofMillis(10);

	private final Server server;

	private final ServerConnector connector;

	private final int port;

	/**
	 * Takes the port. Nothing is answered before the start.
	 */
	HttpEndpoint(int port) {
		QueuedThreadPool threads = new QueuedThreadPool(200);
		threads.setName("grantex-simulator");
		threads.setDaemon(true);
		this.server = new Server(threads);
		this.connector = new AbruptConnector(this.server, new HttpConnectionFactory(configuration()));
		this.connector.setHost("127.0.0.1");
		this.connector.setPort(port);
		this.connector.setIdleTimeout(300_000);
		this.server.addConnector(this.connector);
		lifecycle(this.connector::open);
		this.port = this.connector.getLocalPort();
		this.connector.setPort(this.port);
	}

	int port() {
		return this.port;
	}

	void start(Handler handler) {
		this.server.setHandler(handler);
		lifecycle(this.server::start);
	}

	@Override
	public synchronized void connect() {
		if (this.server.isRunning() && !this.connector.isRunning()) {
			lifecycle(this::startConnector);
		}
	}

	@Override
	public synchronized void disconnect() {
		lifecycle(this.connector::stop);
	}

	synchronized void stop() {
		lifecycle(this.server::stop);
	}

	void join() {
		lifecycle(this.server::join);
	}

	/**
	 * An acceptor on its way out may still hold the port for a moment.
	 */
	private void startConnector() throws Exception {
		for (int attempt = 1;; attempt++) {
			try {
				this.connector.start();
				return;
			}
			catch (IOException ex) {
				if (attempt == BIND_ATTEMPTS) {
					throw ex;
				}
				LockSupport.parkNanos(BIND_PAUSE.toNanos());
			}
		}
	}

	private static HttpConfiguration configuration() {
		HttpConfiguration configuration = new HttpConfiguration();
		configuration.setSendDateHeader(false);
		configuration.setSendServerVersion(false);
		configuration.setUriCompliance(UriCompliance.UNSAFE);
		return configuration;
	}

	private static void lifecycle(Change change) {
		try {
			change.run();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	@FunctionalInterface
	private interface Change {

		void run() throws Exception;

	}

}
