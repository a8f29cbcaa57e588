package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * An address at which nobody answers, as behind a firewall that drops what it does not
 * like: its queue of connections is full.
 */
final class UnansweredPort implements AutoCloseable {

	private static final int MOST_TRIES = 20;

	private static final int WAIT_MILLIS = 200;

	private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));

	private final List<Socket> queue = new ArrayList<>();

	UnansweredPort() throws IOException {
		try {
			for (int tries = 0; tries < MOST_TRIES; tries++) {
				Socket connection = new Socket();
				this.queue.add(connection);
				connection.connect(this.socket.getLocalSocketAddress(), WAIT_MILLIS);
			}
		}
		catch (SocketTimeoutException ex) {
			return;
		}
		throw new IOException("The queue does not fill up");
	}

	URI uri() {
		return URI.create("http://127.0.0.1:" + this.socket.getLocalPort());
	}

	@Override
	public void close() throws IOException {
		for (Socket connection : this.queue) {
			connection.close();
		}
		this.socket.close();
	}

}
