package dev.grantex.gemma.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A second JVM on the class path of the tests, talked to in lines over its standard
 * streams. It can be killed at any time, as {@code kill -9} does.
 * <p>
 * Not safe for use by several threads at once.
 */
public final class ChildJvm implements AutoCloseable {

	/** Options for a JVM that does little: it starts in half the time. */
	public static final List<String> SHORT_LIVED = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m");

	private static final long PATIENCE_SECONDS = 600;

	private static final int ERRORS_KEPT = 8 * 1024;

	private final Process process;

	private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

	private final StringBuffer errors = new StringBuffer();

	private boolean ended;

	private ChildJvm(Process process) {
		this.process = process;
		inBackground(process.getInputStream(), (line) -> this.lines.add(Optional.of(line)),
				() -> this.lines.add(Optional.empty()));
		inBackground(process.getErrorStream(), this::keepError, () -> {
		});
	}

	/**
	 * Starts a JVM.
	 * @param launcher what the command line of the JVM is appended to; it must end by
	 * becoming that command, so that killing it kills the JVM
	 * @param options options of the JVM
	 * @param main what it runs
	 * @param arguments arguments of the main class
	 */
	public static ChildJvm start(List<String> launcher, List<String> options, Class<?> main, String... arguments)
			throws IOException {
		List<String> command = new ArrayList<>(launcher);
		command.add(ProcessHandle.current().info().command().orElse("java"));
		command.addAll(options);
		// Its file would count against a limit of file sizes.
		command.add("-XX:-UsePerfData");
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(arguments));
		return new ChildJvm(new ProcessBuilder(command).start());
	}

	long pid() {
		return this.process.pid();
	}

	public void send(String line) throws IOException {
		this.process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
		this.process.getOutputStream().flush();
	}

	/**
	 * Waits for the next whole line of output.
	 * @throws AssertionError if there is none any more
	 */
	public String line() throws InterruptedException {
		return lineOrEnd()
			.orElseThrow(() -> new AssertionError("The process ended with " + exitValue() + ": " + this.errors));
	}

	/**
	 * Waits for the next whole line of output, or the end of it.
	 */
	public Optional<String> lineOrEnd() throws InterruptedException {
		if (this.ended) {
			return Optional.empty();
		}
		Optional<String> line = this.lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
		if (line == null) {
			throw new AssertionError("The process says nothing: " + this.errors);
		}
		this.ended = line.isEmpty();
		return line;
	}

	/**
	 * Ends the process without its doing. What it had written by then can still be read.
	 */
	public void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
	}

	/**
	 * What the process has said on its standard error so far.
	 */
	public String errors() {
		return this.errors.toString();
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

	private String exitValue() {
		return this.process.isAlive() ? "its output" : String.valueOf(this.process.exitValue());
	}

	private void keepError(String line) {
		if (this.errors.length() < ERRORS_KEPT) {
			this.errors.append(line).append('\n');
		}
	}

	private static void inBackground(InputStream in, Consumer<String> lines, Runnable end) {
		Thread reader = new Thread(() -> {
			try (InputStream buffered = new BufferedInputStream(in)) {
				read(buffered, lines);
			}
			catch (IOException ex) {
				// Closed because the process was killed: the same as its end.
			}
			finally {
				end.run();
			}
		}, "child-jvm-output");
		reader.setDaemon(true);
		reader.start();
	}

	/** A line that was cut off by the end of the process is none. */
	private static void read(InputStream in, Consumer<String> lines) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int b = in.read(); b >= 0; b = in.read()) {
			if (b == '\n') {
				lines.accept(line.toString(StandardCharsets.UTF_8));
				line.reset();
			}
			else {
				line.write(b);
			}
		}
	}

}
