package dev.grantex.gemma.disk;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A named pipe, which keeps whoever opens it for reading waiting until somebody writes.
 */
public final class NamedPipe implements AutoCloseable {

	private final Path path;

	private NamedPipe(Path path) {
		this.path = path;
	}

	public static NamedPipe at(Path path) throws IOException {
		try {
			Process process = new ProcessBuilder("mkfifo", "-m", "600", path.toString()).inheritIO().start();
			assertThat(process.waitFor()).as("mkfifo").isZero();
			return new NamedPipe(path);
		}
		catch (InterruptedException ex) {
			throw new IOException(ex);
		}
	}

	/**
	 * Puts the pipe in the place of a file, which is gone then.
	 */
	public void takePlaceOf(Path file) throws IOException {
		Path link = this.path.resolveSibling(this.path.getFileName() + ".link");
		Files.createLink(link, this.path);
		Files.move(link, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	/**
	 * Lets whoever waits go on.
	 */
	@Override
	public void close() throws IOException {
		new RandomAccessFile(this.path.toFile(), "rw").close();
	}

}
