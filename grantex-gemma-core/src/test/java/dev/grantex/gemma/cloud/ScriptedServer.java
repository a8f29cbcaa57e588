package dev.grantex.gemma.cloud;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.SSLContext;

import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A server that sends the same bytes for every request, keeps each connection open, and
 * knows which of them the client closed.
 */
final class ScriptedServer implements AutoCloseable {

	static final byte[] OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);

	private final ServerSocket socket;

	private final String scheme;

	private final CountDownLatch gate;

	private final boolean forgetful;

	private final @Nullable BadAnswer bad;

	private final AtomicInteger connections = new AtomicInteger();

	private final AtomicInteger requests = new AtomicInteger();

	private final AtomicInteger closed = new AtomicInteger();

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private volatile byte[] answer;

	private ScriptedServer(ServerSocket socket, String scheme, byte[] answer, CountDownLatch gate, boolean forgetful) {
		this(socket, scheme, answer, gate, forgetful, null);
	}

	private ScriptedServer(ServerSocket socket, String scheme, BadAnswer bad) {
		this(socket, scheme, bad.script(), new CountDownLatch(0), false, bad);
	}

	private ScriptedServer(ServerSocket socket, String scheme, byte[] answer, CountDownLatch gate, boolean forgetful,
			@Nullable BadAnswer bad) {
		this.socket = socket;
		this.scheme = scheme;
		this.answer = answer;
		this.gate = gate;
		this.forgetful = forgetful;
		this.bad = bad;
		start(this::accept);
	}

	static ScriptedServer plain(byte[] answer) throws IOException {
		return new ScriptedServer(listen(), "http", answer, new CountDownLatch(0), false);
	}

	static ScriptedServer plain(BadAnswer bad) throws IOException {
		return new ScriptedServer(listen(), "http", bad);
	}

	static ScriptedServer encrypted(SSLContext context, BadAnswer bad) throws IOException {
		ServerSocket socket = context.getServerSocketFactory().createServerSocket(0, 50, loopback());
		return new ScriptedServer(socket, "https", bad);
	}

	static ScriptedServer answeringAfter(CountDownLatch gate) throws IOException {
		return new ScriptedServer(listen(), "http", OK, gate, false);
	}

	/**
	 * A server behind a gateway that lets one request through on each connection, and
	 * drops what comes later without a word.
	 */
	static ScriptedServer forgetful() throws IOException {
		return new ScriptedServer(listen(), "http", OK, new CountDownLatch(0), true);
	}

	URI uri() {
		return URI.create(this.scheme + "://127.0.0.1:" + this.socket.getLocalPort());
	}

	void answerWith(byte[] answer) {
		this.answer = answer;
	}

	int connections() {
		return this.connections.get();
	}

	int requests() {
		return this.requests.get();
	}

	void awaitRequests(int number) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.requests.get() >= number);
	}

	/**
	 * Waits until the client has closed so many connections.
	 */
	void awaitClosed(int number) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> this.closed.get() >= number);
	}

	private void accept() {
		try {
			while (true) {
				Socket connection = this.socket.accept();
				this.open.add(connection);
				this.connections.incrementAndGet();
				start(() -> serve(connection));
			}
		}
		catch (IOException ex) {
			// Closed at the end of the test.
		}
	}

	private void serve(Socket connection) {
		try (connection) {
			InputStream in = new BufferedInputStream(connection.getInputStream());
			boolean answering = true;
			while (readRequest(in)) {
				this.requests.incrementAndGet();
				this.gate.await();
				if (answering) {
					connection.getOutputStream().write(this.answer);
					connection.getOutputStream().flush();
					if (isEnded(connection)) {
						break;
					}
				}
				answering = !this.forgetful;
			}
		}
		catch (IOException | InterruptedException ex) {
			// A reset is an end like any other.
		}
		this.open.remove(connection);
		this.closed.incrementAndGet();
	}

	/**
	 * Goes on as the bad answer does, until the client closes the connection if it has no
	 * end.
	 * @return whether the connection is to be closed
	 */
	private boolean isEnded(Socket connection) throws IOException {
		BadAnswer answered = this.bad;
		if (answered == null) {
			return false;
		}
		switch (answered.ending()) {
			case OPEN -> {
				return false;
			}
			case CLOSED -> {
				return true;
			}
			case RESET -> connection.setSoLinger(true, 0);
			case NONE -> {
				while (true) {
					connection.getOutputStream().write(answered.repeated());
					connection.getOutputStream().flush();
				}
			}
		}
		return true;
	}

	private static boolean readRequest(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int next = in.read();
			if (next == -1) {
				return false;
			}
			head.append((char) next);
		}
		int length = 0;
		for (String line : head.toString().split("\r\n")) {
			if (line.toLowerCase().startsWith("content-length:")) {
				length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
			}
		}
		in.readNBytes(length);
		return true;
	}

	private static ServerSocket listen() throws IOException {
		return new ServerSocket(0, 50, loopback());
	}

	private static InetAddress loopback() throws IOException {
		return InetAddress.getByName("127.0.0.1");
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "scripted-server");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.gate.countDown();
		this.socket.close();
		for (Socket connection : this.open) {
			connection.close();
		}
	}

}
