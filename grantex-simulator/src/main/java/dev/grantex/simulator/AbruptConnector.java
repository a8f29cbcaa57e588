package dev.grantex.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connector that leaves no connection behind when it stops. Jetty forgets one that it
 * accepts while it stops: the client would wait for an answer instead of being refused.
 */
final class AbruptConnector extends ServerConnector {

	private final Set<SelectableChannel> accepted = ConcurrentHashMap.newKeySet();

	/** Counts stops, so that a late acceptor is told from one of a later start. */
	private final AtomicInteger stops = new AtomicInteger();

	private final ThreadLocal<Integer> acceptingAfterStops = ThreadLocal.withInitial(this.stops::get);

	AbruptConnector(Server server, HttpConnectionFactory http) {
		super(server, 1, 1, http);
	}

	@Override
	public void accept(int acceptorId) throws IOException {
		this.acceptingAfterStops.set(this.stops.get());
		super.accept(acceptorId);
	}

	@Override
	protected SelectorManager newSelectorManager(Executor executor, Scheduler scheduler, int selectors) {
		return new ServerConnectorManager(executor, scheduler, selectors) {

			@Override
			public void accept(SelectableChannel channel, Object attachment) {
				AbruptConnector.this.accepted.removeIf((earlier) -> !earlier.isOpen());
				AbruptConnector.this.accepted.add(channel);
				if (isStillStarted()) {
					super.accept(channel, attachment);
				}
				else {
					close(channel);
				}
			}

		};
	}

	/**
	 * An acceptor that is interrupted as it accepts loses the connection without closing
	 * it. Closing the server's channel, which the stop does, wakes it as well.
	 */
	@Override
	protected void interruptAcceptors() {
	}

	@Override
	protected void doStop() throws Exception {
		this.stops.incrementAndGet();
		super.doStop();
		this.accepted.forEach(AbruptConnector::close);
		this.accepted.clear();
	}

	private boolean isStillStarted() {
		return this.acceptingAfterStops.get() == this.stops.get();
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
