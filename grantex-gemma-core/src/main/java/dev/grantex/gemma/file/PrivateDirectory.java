package dev.grantex.gemma.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;

/**
 * The directory of a private file.
 */
final class PrivateDirectory {

	private final Path path;

	private final FileOwnership ownership;

	PrivateDirectory(Path path, FileOwnership ownership) {
		this.path = path;
		this.ownership = ownership;
	}

	boolean exists() {
		return Files.isDirectory(this.path);
	}

	/**
	 * Makes the names in it durable.
	 */
	void force() throws IOException {
		force(this.path);
	}

	/**
	 * Creates it, and those above it, as far as they are missing, durably.
	 */
	void create() throws IOException {
		create(this.path);
	}

	/**
	 * Deletes the files whose names match.
	 */
	void delete(Predicate<String> names) throws IOException {
		try (DirectoryStream<Path> matching = Files.newDirectoryStream(this.path,
				(candidate) -> names.test(candidate.getFileName().toString()))) {
			for (Path file : matching) {
				Files.deleteIfExists(file);
			}
		}
	}

	/**
	 * A directory is created only when those above it are durable, so that one that
	 * exists always is, also after a failure in between.
	 */
	private void create(Path directory) throws IOException {
		Path above = directory.getParent();
		if (above != null && !Files.isDirectory(directory)) {
			create(above);
			Files.createDirectories(directory, this.ownership.forNewDirectory());
			try {
				force(above);
			}
			catch (IOException ex) {
				Files.delete(directory);
				throw ex;
			}
		}
	}

	/**
	 * By a name that ends with a dot nothing but a directory can be opened, so that a
	 * pipe in its place keeps nobody waiting.
	 */
	private void force(Path directory) throws IOException {
		if (this.ownership.hasPermissions()) {
			Uninterrupted.again(() -> {
				try (FileChannel channel = FileChannel.open(directory.resolve("."), StandardOpenOption.READ)) {
					channel.force(true);
				}
				return directory;
			});
		}
	}

}
