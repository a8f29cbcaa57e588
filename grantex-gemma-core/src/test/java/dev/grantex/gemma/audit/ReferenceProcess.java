package dev.grantex.gemma.audit;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Another language's interpreter, which compares what the library writes with what it
 * writes itself. A test is skipped where there is none.
 */
final class ReferenceProcess implements AutoCloseable {

	private final Process process;

	private final DataOutputStream pairs;

	private final CompletableFuture<String> answer;

	private ReferenceProcess(Process process) {
		this.process = process;
		this.pairs = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), 1 << 16));
		this.answer = CompletableFuture.supplyAsync(() -> text(process.getInputStream()));
	}

	static ReferenceProcess start(Path directory, String interpreter, String script, String... arguments)
			throws IOException {
		assumeTrue(isOnThePath(interpreter), "no " + interpreter + " on the PATH");
		Path file = directory.resolve(script);
		try (InputStream content = Objects.requireNonNull(ReferenceProcess.class.getResourceAsStream(script))) {
			Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
		}
		Stream<String> command = Stream.concat(Stream.of(interpreter, file.toString()), Stream.of(arguments));
		return new ReferenceProcess(
				new ProcessBuilder(command.toList()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
	}

	private static boolean isOnThePath(String interpreter) {
		return Stream.of(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":"))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, interpreter)));
	}

	void number(double value, String written) throws IOException {
		this.pairs.writeDouble(value);
		this.pairs.writeByte(written.length());
		this.pairs.write(written.getBytes(StandardCharsets.ISO_8859_1));
	}

	/**
	 * A text and its canonical form, empty if it was refused.
	 */
	void text(byte[] text, byte[] canonical) throws IOException {
		this.pairs.writeInt(text.length);
		this.pairs.write(text);
		this.pairs.writeInt((canonical.length == 0) ? -1 : canonical.length);
		this.pairs.write(canonical);
	}

	/**
	 * What differs, and how many pairs were compared.
	 */
	String answer() throws IOException {
		this.pairs.close();
		return this.answer.join().strip();
	}

	private static String text(InputStream stream) {
		try (stream) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
