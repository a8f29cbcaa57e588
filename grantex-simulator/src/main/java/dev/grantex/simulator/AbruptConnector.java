package dev.grantex.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

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
				if (AbruptConnector.this.isRunning()) {
					super.accept(channel, attachment);
				}
				else {
					close(channel);
				}
			}

		};
	}

	@Override
	protected void doStop() throws Exception {
		super.doStop();
		this.accepted.forEach(AbruptConnector::close);
		this.accepted.clear();
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
