package dev.grantex.gemma.audit;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/**
 * The standard streams of a process that does as lines on its input tell it. Safe for use
 * by several threads.
 *
 * @see ChildJvm
 */
public final class ChildConsole {

	private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);

	/**
	 * Takes the standard output for answers alone.
	 */
	public ChildConsole() {
		// What is logged must not be taken for an answer.
		System.setOut(System.err);
	}

	/**
	 * Answers every line with one line, and ends the process with its input.
	 */
	public void serve(UnaryOperator<String> commands) throws IOException {
		BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String command = in.readLine(); command != null; command = in.readLine()) {
			say(commands.apply(command));
		}
		Runtime.getRuntime().halt(0);
	}

	/**
	 * Writes a line at once, or ends the process if there is no reader any more.
	 */
	public synchronized void say(String line) {
		try {
			this.out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			Runtime.getRuntime().halt(1);
		}
	}

}
