package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

import dev.grantex.gemma.disk.RecordingFileSystem;

/**
 * The files of a device as somebody else sees them: who copies a disk, puts an older copy
 * back, or changes what is on it.
 */
final class DeviceFiles {

	private static final int MAX_ATTEMPTS = 100;

	private DeviceFiles() {
	}

	/**
	 * Copies all files of a directory, with their permissions.
	 * @return the new directory
	 */
	static Path copy(Path directory, Path parent) {
		for (int attempt = 1;; attempt++) {
			try {
				return copyNow(directory, Files.createTempDirectory(parent, "device"));
			}
			catch (NoSuchFileException ex) {
				// What is renamed meanwhile would be in the copy under neither name.
				if (attempt == MAX_ATTEMPTS) {
					throw new UncheckedIOException(ex);
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private static Path copyNow(Path directory, Path target) throws IOException {
		try {
			for (Path source : all(directory, (file) -> true)) {
				Path copy = target.resolve(directory.relativize(source).toString());
				Files.copy(source, copy, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
			}
			return target;
		}
		catch (NoSuchFileException ex) {
			delete(target);
			throw ex;
		}
	}

	/**
	 * A view of a directory that waits for no disk: forcing takes most of the time, and
	 * matters only if power is really lost.
	 */
	static Path unforced(Path directory) {
		try {
			return RecordingFileSystem.unforced(directory).root();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * All files and directories below a directory, parents first, but for those that go
	 * while it is read.
	 */
	static List<Path> all(Path directory, Predicate<Path> wanted) {
		List<Path> files = new ArrayList<>();
		try {
			Files.walkFileTree(directory, new SimpleFileVisitor<>() {

				@Override
				public FileVisitResult preVisitDirectory(Path file, BasicFileAttributes attributes) {
					files.add(file);
					return FileVisitResult.CONTINUE;
				}

				@Override
				public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
					files.add(file);
					return FileVisitResult.CONTINUE;
				}

				@Override
				public FileVisitResult visitFileFailed(Path file, IOException ex) throws IOException {
					if (ex instanceof NoSuchFileException && !file.equals(directory)) {
						return FileVisitResult.CONTINUE;
					}
					throw ex;
				}

			});
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return files.stream().filter((file) -> !file.equals(directory)).filter(wanted).sorted().toList();
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
