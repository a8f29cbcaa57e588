package dev.grantex.gemma.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;

import org.jspecify.annotations.Nullable;

/**
 * A path of a {@link RecordingFileSystem}.
 *
 * @param disk the file system
 * @param real the same path of the default file system
 */
record RecordedPath(RecordingFileSystem disk, Path real) implements Path {

	static Path unwrap(Path path) {
		if (path instanceof RecordedPath recorded) {
			return recorded.real;
		}
		throw new ProviderMismatchException();
	}

	private @Nullable Path wrap(@Nullable Path path) {
		return (path != null) ? this.disk.wrap(path) : null;
	}

	@Override
	public FileSystem getFileSystem() {
		return this.disk;
	}

	@Override
	public boolean isAbsolute() {
		return this.real.isAbsolute();
	}

	@Override
	public @Nullable Path getRoot() {
		return wrap(this.real.getRoot());
	}

	@Override
	public @Nullable Path getFileName() {
		return wrap(this.real.getFileName());
	}

	@Override
	public @Nullable Path getParent() {
		return wrap(this.real.getParent());
	}

	@Override
	public int getNameCount() {
		return this.real.getNameCount();
	}

	@Override
	public Path getName(int index) {
		return wrap(this.real.getName(index));
	}

	@Override
	public Path subpath(int beginIndex, int endIndex) {
		return wrap(this.real.subpath(beginIndex, endIndex));
	}

	@Override
	public boolean startsWith(Path other) {
		return other instanceof RecordedPath recorded && this.real.startsWith(recorded.real);
	}

	@Override
	public boolean endsWith(Path other) {
		return other instanceof RecordedPath recorded && this.real.endsWith(recorded.real);
	}

	@Override
	public Path normalize() {
		return wrap(this.real.normalize());
	}

	@Override
	public Path resolve(Path other) {
		return wrap(this.real.resolve(unwrap(other)));
	}

	@Override
	public Path relativize(Path other) {
		return wrap(this.real.relativize(unwrap(other)));
	}

	@Override
	public URI toUri() {
		return this.real.toUri();
	}

	@Override
	public Path toAbsolutePath() {
		return wrap(this.real.toAbsolutePath());
	}

	@Override
	public Path toRealPath(LinkOption... options) throws IOException {
		return wrap(this.real.toRealPath(options));
	}

	@Override
	public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int compareTo(Path other) {
		return this.real.compareTo(unwrap(other));
	}

	@Override
	public String toString() {
		return this.real.toString();
	}

}
