package dev.grantex.gemma.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

import dev.grantex.gemma.disk.DiskOperation.Create;
import dev.grantex.gemma.disk.DiskOperation.CreateDirectory;
import dev.grantex.gemma.disk.DiskOperation.Delete;
import dev.grantex.gemma.disk.DiskOperation.Rename;
import dev.grantex.gemma.disk.DiskOperation.Truncate;

/**
 * Does what is done to a {@link RecordingFileSystem} to the real files.
 */
final class RecordingProvider extends FileSystemProvider {

	private static final Set<OpenOption> CREATING = Set.of(StandardOpenOption.CREATE, StandardOpenOption.CREATE_NEW);

	private final RecordingFileSystem disk;

	RecordingProvider(RecordingFileSystem disk) {
		this.disk = disk;
	}

	@Override
	public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
			throws IOException {
		Path real = RecordedPath.unwrap(path).normalize();
		Set<OpenOption> realOptions = new HashSet<>(options);
		boolean appending = realOptions.remove(StandardOpenOption.APPEND);
		boolean emptied = realOptions.remove(StandardOpenOption.TRUNCATE_EXISTING);
		if (appending) {
			realOptions.add(StandardOpenOption.WRITE);
		}
		if (realOptions.contains(StandardOpenOption.WRITE)) {
			this.disk.faults().requireWritable();
		}
		this.disk.faults().checkOpening(real);
		FileChannel channel = this.disk.opened(open(real, realOptions, attributes));
		int file = this.disk.numbers().of(real.toAbsolutePath());
		if (emptied && channel.size() > 0) {
			this.disk.perform(new Truncate(file, 0), () -> channel.truncate(0));
		}
		return new RecordingChannel(this.disk, channel, file, appending);
	}

	private FileChannel open(Path real, Set<OpenOption> options, FileAttribute<?>... attributes) throws IOException {
		boolean creating = options.contains(StandardOpenOption.WRITE) && !Collections.disjoint(options, CREATING);
		if (!creating || Files.exists(real, LinkOption.NOFOLLOW_LINKS)) {
			return FileChannel.open(real, options, attributes);
		}
		int file = this.disk.numbers().created(real.toAbsolutePath());
		Create create = new Create(this.disk.directoryOf(real), this.disk.name(real), file);
		return this.disk.perform(create, () -> FileChannel.open(real, options, attributes));
	}

	@Override
	public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options,
			FileAttribute<?>... attributes) throws IOException {
		return newFileChannel(path, options, attributes);
	}

	@Override
	public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
			throws IOException {
		DirectoryStream<Path> real = Files.newDirectoryStream(RecordedPath.unwrap(directory),
				(path) -> filter.accept(this.disk.wrap(path)));
		return new DirectoryStream<>() {

			@Override
			public Iterator<Path> iterator() {
				return StreamSupport.stream(real.spliterator(), false)
					.map(RecordingProvider.this.disk::wrap)
					.iterator();
			}

			@Override
			public void close() throws IOException {
				real.close();
			}

		};
	}

	@Override
	public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
		Path real = RecordedPath.unwrap(directory);
		this.disk.perform(new CreateDirectory(this.disk.directoryOf(real), this.disk.name(real)),
				() -> Files.createDirectory(real, attributes));
	}

	@Override
	public void delete(Path path) throws IOException {
		Path real = RecordedPath.unwrap(path);
		this.disk.perform(new Delete(this.disk.directoryOf(real), this.disk.name(real)), () -> {
			Files.delete(real);
			this.disk.numbers().deleted(real.toAbsolutePath());
			return real;
		});
	}

	@Override
	public void move(Path source, Path target, CopyOption... options) throws IOException {
		Path from = RecordedPath.unwrap(source);
		Path to = RecordedPath.unwrap(target);
		int directory = this.disk.directoryOf(to);
		if (Files.isDirectory(from)) {
			throw new UnsupportedOperationException("Only files are renamed");
		}
		int file = this.disk.numbers().of(from.toAbsolutePath());
		this.disk.perform(new Rename(directory, this.disk.name(from), this.disk.name(to), file), () -> {
			Files.move(from, to, options);
			this.disk.numbers().renamed(from.toAbsolutePath(), to.toAbsolutePath());
			return to;
		});
		this.disk.faults().renamed(to);
	}

	@Override
	public void copy(Path source, Path target, CopyOption... options) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isSameFile(Path path, Path other) throws IOException {
		return Files.isSameFile(RecordedPath.unwrap(path), RecordedPath.unwrap(other));
	}

	@Override
	public boolean isHidden(Path path) throws IOException {
		return Files.isHidden(RecordedPath.unwrap(path));
	}

	@Override
	public FileStore getFileStore(Path path) throws IOException {
		return new RecordedFileStore(this.disk.faults());
	}

	@Override
	public void checkAccess(Path path, AccessMode... modes) throws IOException {
		Path real = RecordedPath.unwrap(path);
		real.getFileSystem().provider().checkAccess(real, modes);
	}

	@Override
	public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
		return Files.getFileAttributeView(RecordedPath.unwrap(path), type, options);
	}

	@Override
	public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
			throws IOException {
		return Files.readAttributes(RecordedPath.unwrap(path), type, options);
	}

	@Override
	public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
		return Files.readAttributes(RecordedPath.unwrap(path), attributes, options);
	}

	@Override
	public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
		Files.setAttribute(RecordedPath.unwrap(path), attribute, value, options);
	}

	@Override
	public String getScheme() {
		return "recording";
	}

	@Override
	public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
		throw new UnsupportedOperationException();
	}

	@Override
	public FileSystem getFileSystem(URI uri) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Path getPath(URI uri) {
		throw new UnsupportedOperationException();
	}

}
