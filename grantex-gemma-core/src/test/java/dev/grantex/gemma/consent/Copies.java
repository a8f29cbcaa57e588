package dev.grantex.gemma.consent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a device has on disk at a moment.
 */
public final class Copies {

	private Copies() {
	}

	/**
	 * Copies a device's files, as a loss of power would leave them now.
	 * @param directory the device's directory
	 * @param target where the new directory is made
	 * @return the new directory
	 */
	public static Path of(Path directory, Path target) {
		try {
			Path copy = Files.createTempDirectory(target, "copy");
			for (Path file : files(directory)) {
				Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
			}
			return copy;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The contents of a device's files by their names. What says only who writes them is
	 * left out.
	 */
	public static Map<String, String> contents(Path directory) {
		try {
			Map<String, String> contents = new TreeMap<>();
			for (Path file : files(directory)) {
				if (!file.toString().endsWith(".lock")) {
					contents.put(file.getFileName().toString(), HexFormat.of().formatHex(Files.readAllBytes(file)));
				}
			}
			return contents;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Iterable<Path> files(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

}
