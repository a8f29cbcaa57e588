package dev.grantex.gemma.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a disk holds: directories, the names in them, and the files that have these names.
 */
public final class DiskImage {

	private static final byte[] EMPTY = {};

	private final SortedSet<Path> directories;

	private final Map<Path, Integer> names;

	private final Map<Integer, byte[]> contents;

	private DiskImage(SortedSet<Path> directories, Map<Path, Integer> names, Map<Integer, byte[]> contents) {
		this.directories = directories;
		this.names = names;
		this.contents = contents;
	}

	/**
	 * What a directory holds now.
	 */
	public static DiskImage of(Path root) throws IOException {
		return of(root, new FileNumbers());
	}

	/**
	 * What a directory holds now.
	 * @param root the directory
	 * @param numbers gives each file its number
	 */
	static DiskImage of(Path root, FileNumbers numbers) throws IOException {
		DiskImage image = new DiskImage(new TreeSet<>(), new TreeMap<>(), new HashMap<>());
		List<Path> found;
		try (Stream<Path> walk = Files.walk(root)) {
			found = walk.filter((path) -> !path.equals(root)).toList();
		}
		for (Path path : found) {
			Path name = root.relativize(path);
			if (Files.isDirectory(path)) {
				image.addDirectory(name);
			}
			else {
				image.link(name, numbers.of(path));
				image.contents.put(numbers.of(path), Files.readAllBytes(path));
			}
		}
		return image;
	}

	DiskImage copy() {
		return new DiskImage(new TreeSet<>(this.directories), new TreeMap<>(this.names), new HashMap<>(this.contents));
	}

	void addDirectory(Path path) {
		this.directories.add(path);
	}

	void link(Path path, int file) {
		this.names.put(path, file);
	}

	void unlink(Path path) {
		this.names.remove(path);
		this.directories.remove(path);
	}

	void write(int file, long offset, byte[] bytes) {
		byte[] before = content(file);
		int start = Math.toIntExact(offset);
		byte[] after = Arrays.copyOf(before, Math.max(before.length, start + bytes.length));
		System.arraycopy(bytes, 0, after, start, bytes.length);
		this.contents.put(file, after);
	}

	void truncate(int file, long size) {
		byte[] before = content(file);
		if (size < before.length) {
			this.contents.put(file, Arrays.copyOf(before, Math.toIntExact(size)));
		}
	}

	/**
	 * Everything that files with a name hold, each byte as a character.
	 */
	public String text() {
		return this.names.values()
			.stream()
			.map((file) -> new String(content(file), StandardCharsets.ISO_8859_1))
			.collect(Collectors.joining("\n"));
	}

	/**
	 * The files that can be reached, by their names.
	 */
	public Map<Path, ByteBuffer> files() {
		Map<Path, ByteBuffer> files = new TreeMap<>();
		this.names.forEach((path, file) -> {
			if (isReachable(path)) {
				files.put(path, ByteBuffer.wrap(content(file)));
			}
		});
		return files;
	}

	/**
	 * Puts everything that can be reached into an empty directory.
	 */
	public void writeTo(Path root) {
		try {
			for (Path path : this.directories) {
				if (isReachable(path)) {
					Files.createDirectory(root.resolve(path),
							PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
				}
			}
			for (Map.Entry<Path, ByteBuffer> file : files().entrySet()) {
				Path path = Files.createFile(root.resolve(file.getKey()),
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
				Files.write(path, file.getValue().array());
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private boolean isReachable(Path path) {
		Path above = path.getParent();
		return above == null || (this.directories.contains(above) && isReachable(above));
	}

	private byte[] content(int file) {
		return this.contents.getOrDefault(file, EMPTY);
	}

}
