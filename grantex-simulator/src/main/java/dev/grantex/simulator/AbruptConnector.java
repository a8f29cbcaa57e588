package dev.grantex.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;

import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connector that leaves no connection behind when it stops. Jetty forgets one that it
 * accepts while it stops or starts: the client would wait for an answer instead of being
 * refused. Nor is a connection accepted any more once it has stopped.
 */
final class AbruptConnector extends ServerConnector {

	private final Set<SelectableChannel> accepted = ConcurrentHashMap.newKeySet();

	/** Held by an acceptor as long as it waits for a connection or passes one on. */
	private final ReentrantLock accepting = new ReentrantLock();

	AbruptConnector(Server server, HttpConnectionFactory http) {
		super(server, 1, 1, http);
	}

	@Override
	protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
		return new ServerConnectorManager(executor, scheduler, selectors) {

			@Override
			public void accept(SelectableChannel channel, Object attachment) {
				AbruptConnector.this.accepted.removeIf((earlier) -> !earlier.isOpen());
				AbruptConnector.this.accepted.add(channel);
				// An acceptor that outlived a stop accepts again before there is a
				// selector.
				if (AbruptConnector.this.isStarted()) {
					super.accept(channel, attachment);
				}
				else {
					close(channel);
				}
			}

		};
	}

	@Override
	public void accept(int acceptor) throws IOException {
		this.accepting.lock();
		try {
			super.accept(acceptor);
		}
		finally {
			this.accepting.unlock();
		}
	}

	/**
	 * An acceptor that is interrupted as it accepts loses the connection without closing
	 * it. Closing the server's channel, which the stop does, wakes it as well.
	 */
	@Override
	protected void interruptAcceptors() {
	}

	/**
	 * The closed port takes connections until the acceptor has left the system call in
	 * which it waits for one.
	 */
	@Override
	protected void doStop() throws Exception {
		super.doStop();
		this.accepting.lock();
		try {
			this.accepted.forEach(AbruptConnector::close);
			this.accepted.clear();
		}
		finally {
			this.accepting.unlock();
		}
	}

	private static void close(SelectableChannel channel) {
		try {
			channel.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
