package dev.grantex.gemma.sync;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import dev.grantex.gemma.audit.ChildConsole;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.consent.TestClock;

/**
 * An application that does what it is told by lines on its standard input, several at the
 * same time. Each begins with a number and the time; the answer begins with the number.
 * Each call that runs is told in a line as well. It ends with its input.
 */
final class AttackedProcessMain {

	private final ChildConsole console = new ChildConsole();

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final TestClock clock = new TestClock();

	private final AttackedDevice device;

	private AttackedProcessMain(String[] args) {
		this.clock.set(Instant.parse(args[5]));
		BundleRequest request = new BundleRequest(args[2], "user_1", List.of("read:sensor", "move:actuator"), "72h",
				"device-1", "linux");
		this.device = new AttackedDevice(Path.of(args[4]), this.clock, request, Long.parseLong(args[3]),
				URI.create(args[0]), args[1], (call) -> this.console.say("ran " + call), false);
		if (!args[6].isEmpty()) {
			this.device.reissueAfter(args[6]);
		}
	}

	/**
	 * Waits for commands.
	 * @param args base URL and API key of the service, the agent, the size of a file of
	 * the log, the directory, the time, and the bundles after which another is allowed
	 */
	public static void main(String[] args) throws IOException {
		AttackedProcessMain main = new AttackedProcessMain(args);
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String line = in.readLine(); line != null; line = in.readLine()) {
			String[] words = line.split(" ", 4);
			main.threads.execute(() -> main.answer(words));
		}
		Runtime.getRuntime().halt(0);
	}

	private void answer(String[] words) {
		this.clock.set(Instant.parse(words[1]));
		String answer = switch (words[2]) {
			case "start" -> {
				this.device.start();
				yield "started";
			}
			case "stop" -> {
				this.device.stop();
				yield "stopped";
			}
			case "call" -> String.valueOf(this.device.attempt(words[3]));
			case "sync" -> this.device.sync();
			case "look" -> {
				Attackable.Seen seen = this.device.look();
				yield seen.up() + " " + seen.reason() + " " + seen.details().replaceAll("\\s+", " ");
			}
			case "bundles" -> " " + this.device.bundles();
			default -> throw new IllegalArgumentException(words[2]);
		};
		this.console.say(words[0] + " " + answer);
	}

}
