package dev.grantex.simulator;

import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Runs the simulator as a process of its own, with one agent registered.
 */
public final class SimulatorServer {

	private static final Set<String> OPTIONS = Set.of("--port", "--api-key", "--agent-name", "--scopes");

	private SimulatorServer() {
	}

	/**
	 * Starts the service and keeps it running until the process ends.
	 * @param args {@code --port}, {@code --api-key}, {@code --agent-name} and
	 * {@code --scopes} (separated by commas), each followed by its value
	 */
	public static void main(String[] args) {
		try {
			GrantexSimulator simulator = start(args, System.out);
			Runtime.getRuntime().addShutdownHook(new Thread(simulator::close));
			simulator.join();
		}
		catch (IllegalArgumentException ex) {
			System.err.println(ex.getMessage());
			System.exit(2);
		}
	}

	static GrantexSimulator start(String[] args, PrintStream out) {
		Map<String, String> options = options(args);
		GrantexSimulatorBuilder builder = GrantexSimulator.builder()
			.port(Integer.parseInt(options.getOrDefault("--port", "0")));
		String apiKey = options.get("--api-key");
		if (apiKey != null) {
			builder.apiKey(apiKey);
		}
		GrantexSimulator simulator = builder.start();
		Agent agent = simulator.customer()
			.registerAgent(options.getOrDefault("--agent-name", "simulated-agent"),
					options.getOrDefault("--scopes", "read:contacts,write:calendar,send:email").split(","));
		out.println("base-url: " + simulator.baseUrl());
		out.println("api-key: " + simulator.customer().apiKey());
		out.println("agent-id: " + agent.id());
		out.flush();
		return simulator;
	}

	private static Map<String, String> options(String[] args) {
		Map<String, String> options = new LinkedHashMap<>();
		for (int i = 0; i < args.length; i += 2) {
			if (!OPTIONS.contains(args[i]) || i + 1 == args.length) {
				throw new IllegalArgumentException("Usage: [--port <port>] [--api-key <key>] [--agent-name <name>]"
						+ " [--scopes <scope>,<scope>...]");
			}
			options.put(args[i], args[i + 1]);
		}
		return options;
	}

}
