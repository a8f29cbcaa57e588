package dev.grantex.gemma.guard.selfcalls;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

import org.springframework.util.ClassUtils;

/**
 * Finds class files, and remembers which could not be had or read. Thread-safe.
 */
final class ClassFiles {

	private final Map<Key, Optional<ClassFile>> files = new ConcurrentHashMap<>();

	private final Set<String> unreadable = new ConcurrentSkipListSet<>();

	/**
	 * The file of a class.
	 * @param name its internal name
	 * @param loader the class loader that has the file
	 */
	Optional<ClassFile> find(String name, ClassLoader loader) {
		return this.files.computeIfAbsent(new Key(name, loader), (key) -> read(name, loader));
	}

	/**
	 * The names of classes whose files could not be had or read, each once.
	 */
	Set<String> takeUnreadable() {
		Set<String> taken = new TreeSet<>(this.unreadable);
		this.unreadable.removeAll(taken);
		return taken;
	}

	/**
	 * Counts a class among those that could not be read.
	 * @param name its internal name
	 */
	void reject(String name) {
		this.unreadable.add(ClassUtils.convertResourcePathToClassName(name));
	}

	private Optional<ClassFile> read(String name, ClassLoader loader) {
		try (InputStream file = loader.getResourceAsStream(name + ClassUtils.CLASS_FILE_SUFFIX)) {
			if (file != null) {
				return Optional.of(ClassFile.read(file.readAllBytes()));
			}
		}
		catch (IOException | RuntimeException ex) {
			// Named among the unreadable.
		}
		reject(name);
		return Optional.empty();
	}

	private record Key(String name, ClassLoader loader) {

	}

}
