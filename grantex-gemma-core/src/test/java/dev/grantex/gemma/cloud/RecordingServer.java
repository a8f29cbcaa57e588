package dev.grantex.gemma.cloud;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A server that keeps what it is sent, byte for byte, and answers what a test says, down
 * to the bytes.
 */
final class RecordingServer implements AutoCloseable {

	private final ServerSocket socket;

	private final List<Request> requests = new CopyOnWriteArrayList<>();

	private final Queue<Socket> connections = new ConcurrentLinkedQueue<>();

	private final CountDownLatch closed = new CountDownLatch(1);

	private volatile Answer answer;

	RecordingServer(Answer answer) throws IOException {
		this(new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1")), answer);
	}

	RecordingServer(ServerSocket socket, Answer answer) {
		this.socket = socket;
		this.answer = answer;
		start(this::accept);
	}

	static RecordingServer answering(String answer) throws IOException {
		return new RecordingServer((out, request) -> out.write(answer.getBytes(StandardCharsets.UTF_8)));
	}

	static RecordingServer replaying(HttpVector vector) throws IOException {
		return new RecordingServer((out, request) -> out.write(vector.bytes()));
	}

	static String ok(String body) {
		return "HTTP/1.1 200 OK\r\ndate: Sat, 21 Nov 2026 17:10:01 GMT\r\ncontent-length: "
				+ body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
	}

	void answerWith(HttpVector vector) {
		this.answer = (out, request) -> out.write(vector.bytes());
	}

	void answerWith(HttpVector vector, String body) {
		this.answer = (out, request) -> out.write(vector.bytes(body));
	}

	void answerWith(String answer) {
		this.answer = (out, request) -> out.write(answer.getBytes(StandardCharsets.UTF_8));
	}

	URI uri() {
		return URI.create("http://127.0.0.1:" + this.socket.getLocalPort());
	}

	List<Request> requests() {
		return this.requests;
	}

	Request request() {
		return this.requests.get(0);
	}

	private void accept() {
		try {
			while (true) {
				Socket connection = this.socket.accept();
				this.connections.add(connection);
				start(() -> serve(connection));
			}
		}
		catch (IOException ex) {
			this.closed.countDown();
		}
	}

	private void serve(Socket connection) {
		try (connection) {
			InputStream in = new BufferedInputStream(connection.getInputStream());
			Request request = read(in);
			while (request != null) {
				this.requests.add(request);
				this.answer.write(connection.getOutputStream(), request);
				connection.getOutputStream().flush();
				request = read(in);
			}
		}
		catch (IOException ex) {
			// The client went away, which several tests make it do.
			this.connections.remove(connection);
		}
	}

	private Request read(InputStream in) throws IOException {
		String requestLine = line(in);
		if (requestLine.isEmpty()) {
			return null;
		}
		Map<String, String> headers = new LinkedHashMap<>();
		for (String header = line(in); !header.isEmpty(); header = line(in)) {
			int colon = header.indexOf(':');
			headers.put(header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
		}
		byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
		return new Request(requestLine, headers, new String(body, StandardCharsets.UTF_8), this.closed);
	}

	private static String line(InputStream in) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = in.read(); next != -1 && next != '\n'; next = in.read()) {
			if (next != '\r') {
				line.write(next);
			}
		}
		return line.toString(StandardCharsets.ISO_8859_1);
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "recording-server");
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.closed.countDown();
		this.socket.close();
		for (Socket connection : this.connections) {
			connection.close();
		}
	}

	/**
	 * What is sent back.
	 */
	@FunctionalInterface
	interface Answer {

		void write(OutputStream out, Request request) throws IOException;

	}

	/**
	 * What was sent.
	 */
	record Request(String line, Map<String, String> headers, String body, CountDownLatch serverClosed) {

		void awaitServerClose() throws IOException {
			try {
				this.serverClosed.await();
			}
			catch (InterruptedException ex) {
				throw new IOException(ex);
			}
		}

	}

}
