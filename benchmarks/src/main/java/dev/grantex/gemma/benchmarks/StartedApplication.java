package dev.grantex.gemma.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An application in a process of its own, from its start until it was ready.
 */
final class StartedApplication implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Process process;

	private final double seconds;

	private final double processorSeconds;

	private final long classes;

	private final URI address;

	/**
	 * Starts a process and waits until its application is ready.
	 * @param command the command
	 * @throws IOException if it ends before
	 */
	StartedApplication(List<String> command) throws IOException {
		long begin = System.nanoTime();
		this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
		List<String> output = new ArrayList<>();
		BufferedReader reader = this.process.inputReader();
		String line = reader.readLine();
		while (line != null && !line.startsWith("ready ")) {
			output.add(line);
			line = reader.readLine();
		}
		this.seconds = (System.nanoTime() - begin) / 1e9;
		if (line == null) {
			throw new IOException("The application did not start:\n" + String.join("\n", output));
		}
		String[] figures = line.split(" ");
		this.processorSeconds = Long.parseLong(figures[1]) / 1e9;
		this.classes = Long.parseLong(figures[2]);
		this.address = URI.create("http://127.0.0.1:" + figures[3] + "/call");
		Thread drain = new Thread(() -> drain(reader));
		drain.setDaemon(true);
		drain.start();
	}

	/** Nobody reads it, but a full pipe would stop the process. */
	private static void drain(BufferedReader reader) {
		try {
			reader.transferTo(Writer.nullWriter());
		}
		catch (IOException ex) {
			// The process has ended.
		}
	}

	double seconds() {
		return this.seconds;
	}

	double processorSeconds() {
		return this.processorSeconds;
	}

	long classes() {
		return this.classes;
	}

	/**
	 * Has the application call its tool.
	 * @return what that took, in seconds
	 */
	double call(HttpClient client) throws IOException, InterruptedException {
		long begin = System.nanoTime();
		int status = client.send(HttpRequest.newBuilder(this.address).build(), BodyHandlers.ofString()).statusCode();
		if (status != 200) {
			throw new IOException("The call was answered with " + status);
		}
		return (System.nanoTime() - begin) / 1e9;
	}

	/**
	 * The memory that the process has in use, in bytes; known on Linux only.
	 */
	long residentBytes() throws IOException {
		return Files.readAllLines(Path.of("/proc", Long.toString(this.process.pid()), "status"))
			.stream()
			.filter((line) -> line.startsWith("VmRSS:"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Ends the application in order.
	 */
	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
	}

}
