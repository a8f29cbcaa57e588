package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A log that another process keeps.
 *
 * @see ChildLogMain
 */
final class ChildLog implements AutoCloseable {

	static final long NEVER_FULL = 1L << 40;

	private final ChildJvm jvm;

	private final Acknowledgements acknowledgements;

	private ChildLog(ChildJvm jvm, Acknowledgements acknowledgements) {
		this.jvm = jvm;
		this.acknowledgements = acknowledgements;
	}

	/**
	 * Starts a process that is to keep a log.
	 * @param acknowledgements learns of what the log acknowledges
	 * @param launcher what the process's command line is appended to
	 */
	static ChildLog start(Acknowledgements acknowledgements, String... launcher) throws IOException {
		return start(acknowledgements, ChildJvm.SHORT_LIVED, launcher);
	}

	static ChildLog start(Acknowledgements acknowledgements, List<String> options, String... launcher)
			throws IOException {
		return new ChildLog(ChildJvm.start(List.of(launcher), options, ChildLogMain.class), acknowledgements);
	}

	/**
	 * Begins a log and opens it.
	 */
	void create(Path file, Durability durability, long maxSize) throws Exception {
		assertThat(ask("begin " + file)).isEqualTo("begun");
		assertThat(open(file, durability, maxSize)).isEqualTo("opened 0");
	}

	void create(Path file, Durability durability) throws Exception {
		create(file, durability, NEVER_FULL);
	}

	String open(Path file, Durability durability) throws Exception {
		return open(file, durability, NEVER_FULL);
	}

	String open(Path file, Durability durability, long maxSize) throws Exception {
		return ask(opening("open", file, durability, maxSize));
	}

	static String opening(String command, Path file, Durability durability, long maxSize) {
		return command + " " + durability + " " + maxSize + " " + file;
	}

	/**
	 * Appends entries.
	 * @return {@code appended} and the head, or {@code refused} and the reason for which
	 * the first thread could not go on
	 */
	String append(int threads, int each) throws Exception {
		return ask("append " + threads + " " + each);
	}

	/**
	 * Gives a command and waits for its answer.
	 */
	String ask(String command) throws Exception {
		tell(command);
		return awaitAnswer();
	}

	String awaitAnswer() throws InterruptedException {
		while (true) {
			String line = this.jvm.line();
			if (!isEntry(line)) {
				return line;
			}
		}
	}

	/**
	 * Gives a command whose answer nobody waits for.
	 */
	void tell(String command) throws IOException {
		this.jvm.send(command);
	}

	/**
	 * Waits until a number of entries more were acknowledged.
	 */
	void awaitAcknowledged(int count) throws InterruptedException {
		int enough = this.acknowledgements.count() + count;
		while (this.acknowledgements.count() < enough) {
			note(this.jvm.line());
		}
	}

	/**
	 * Kills the process and learns what it had acknowledged until then.
	 */
	void kill() throws InterruptedException {
		this.jvm.kill();
		for (Optional<String> line = this.jvm.lineOrEnd(); line.isPresent(); line = this.jvm.lineOrEnd()) {
			note(line.get());
		}
	}

	long pid() {
		return this.jvm.pid();
	}

	/**
	 * What the process has said on its standard error so far.
	 */
	String errors() {
		return this.jvm.errors();
	}

	@Override
	public void close() {
		this.jvm.close();
	}

	private void note(String line) {
		if (!isEntry(line)) {
			assertThat(line).startsWith("opened ");
			assertThat(Long.parseLong(line.substring("opened ".length()))).as("the head after a restart")
				.isGreaterThanOrEqualTo(this.acknowledgements.last());
		}
	}

	private boolean isEntry(String line) {
		String[] words = line.split(" ");
		switch (words[0]) {
			case "entry" -> this.acknowledgements.add(Long.parseLong(words[1]), words[2]);
			case "kept" -> this.acknowledgements.assertSame(Long.parseLong(words[1]), words[2]);
			default -> {
				return false;
			}
		}
		return true;
	}

}
