package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * The files of a device as somebody else sees them: who copies a disk, puts an older copy
 * back, or changes what is on it.
 */
final class DeviceFiles {

	private static final int MAX_ATTEMPTS = 5;

	private DeviceFiles() {
	}

	/**
	 * Copies all files of a directory, with their permissions.
	 * @return the new directory
	 */
	static Path copy(Path directory, Path parent) {
		try {
			Path target = Files.createTempDirectory(parent, "device");
			for (Path source : all(directory, (file) -> true)) {
				Path copy = target.resolve(directory.relativize(source).toString());
				try {
					Files.copy(source, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
				}
				catch (NoSuchFileException ex) {
					// A file that is replaced has another name for a moment.
					continue;
				}
			}
			return target;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * All files and directories below a directory, parents first.
	 */
	static List<Path> all(Path directory, Predicate<Path> wanted) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter((file) -> !file.equals(directory)).filter(wanted).sorted().toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The complete lines of all files with entries, wherever they are by now.
	 */
	static List<String> lines(Path directory) {
		for (int attempt = 1;; attempt++) {
			try {
				return linesNow(directory);
			}
			catch (UncheckedIOException ex) {
				// A file that need not be kept is deleted a little after it was closed.
				if (!(ex.getCause() instanceof NoSuchFileException) || attempt == MAX_ATTEMPTS) {
					throw ex;
				}
			}
		}
	}

	private static List<String> linesNow(Path directory) {
		List<String> lines = new ArrayList<>();
		for (Path file : all(directory, (candidate) -> candidate.toString().endsWith(".jsonl"))) {
			String text = new String(bytes(file), StandardCharsets.UTF_8);
			int end = text.lastIndexOf('\n');
			if (end > 0) {
				lines.addAll(Arrays.asList(text.substring(0, end).split("\n")));
			}
		}
		return lines;
	}

	static byte[] bytes(Path file) {
		try {
			return Files.readAllBytes(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Does something to one of the files beside the bundle's, in a way that somebody
	 * could who is not the application.
	 * @return what was done
	 */
	static String tamper(Path directory, RandomGenerator random) {
		List<Path> files = all(directory, (file) -> file.getParent().equals(directory)
				&& file.toString().matches(".*\\.(jsonl|seal)") && bytes(file).length > 0);
		if (files.isEmpty()) {
			return "nothing";
		}
		Path file = files.get(random.nextInt(files.size()));
		byte[] bytes = bytes(file);
		int at = random.nextInt(bytes.length);
		try {
			switch (random.nextInt(3)) {
				case 0 -> {
					Files.delete(file);
					return "deleted " + file.getFileName();
				}
				case 1 -> {
					Files.write(file, Arrays.copyOf(bytes, at));
					return "cut " + file.getFileName() + " at " + at + " of " + bytes.length;
				}
				default -> {
					bytes[at] ^= (byte) (1 << random.nextInt(7));
					Files.write(file, bytes);
					return "flipped a bit of " + file.getFileName() + " at " + at + " of " + bytes.length;
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Leaves a line that the loss of power has cut off.
	 */
	static void tear(Path directory, RandomGenerator random) {
		Path log = directory.resolve("audit.jsonl");
		if (Files.exists(log)) {
			String line = "{\"seq\":4711,\"timestamp\":\"2026-11-21T12:00:00.250Z\",\"action\":\"tool:torn\"";
			try {
				Files.writeString(log, line.substring(0, 1 + random.nextInt(line.length())), StandardOpenOption.APPEND);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	static void delete(Path directory) {
		List<Path> files = new ArrayList<>(all(directory, (file) -> true));
		Collections.reverse(files);
		try {
			for (Path file : files) {
				Files.deleteIfExists(file);
			}
			Files.deleteIfExists(directory);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
