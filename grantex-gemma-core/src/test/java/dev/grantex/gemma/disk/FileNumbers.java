package dev.grantex.gemma.disk;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers for files and directories that stay with them when they are renamed, and that
 * are never used again, unlike those of inodes.
 */
final class FileNumbers {

	private final Map<Path, Integer> numbers = new HashMap<>();

	private int last;

	synchronized int of(Path path) {
		return this.numbers.computeIfAbsent(path, (unknown) -> ++this.last);
	}

	synchronized int created(Path path) {
		this.numbers.put(path, ++this.last);
		return this.last;
	}

	synchronized void renamed(Path from, Path to) {
		this.numbers.put(to, this.numbers.remove(from));
	}

	synchronized void deleted(Path path) {
		this.numbers.remove(path);
	}

}
