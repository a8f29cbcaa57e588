package dev.grantex.gemma.disk;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.grantex.gemma.disk.DiskOperation.FailedForce;
import dev.grantex.gemma.disk.DiskOperation.Force;

/**
 * A view of a directory that works on the real files, records in which order they are
 * changed and forced, and can be made to fail. What a loss of power could have left at
 * any moment follows from the record: see {@link CrashStates}.
 */
public final class RecordingFileSystem extends FileSystem {

	private final RecordingProvider provider = new RecordingProvider(this);

	private final DiskFaults faults = new DiskFaults(this::used);

	private final FileNumbers numbers = new FileNumbers();

	private final List<DiskOperation> operations = new ArrayList<>();

	private final AtomicLong bytesRead = new AtomicLong();

	private final Path root;

	private final DiskImage start;

	private final boolean forcing;

	private final Set<FileChannel> open = ConcurrentHashMap.newKeySet();

	private volatile boolean killed;

	private RecordingFileSystem(Path root, boolean forcing) throws IOException {
		this.forcing = forcing;
		this.root = root.toRealPath();
		this.start = DiskImage.of(this.root, this.numbers);
	}

	/**
	 * A recording view of a directory, whose present content is taken for durable.
	 * @param root an existing directory of the default file system
	 */
	public static RecordingFileSystem over(Path root) throws IOException {
		return new RecordingFileSystem(root, true);
	}

	/**
	 * The same, but forces are recorded only. They take most of the time, and matter only
	 * if power is really lost.
	 * @param root an existing directory of the default file system
	 */
	public static RecordingFileSystem unforced(Path root) throws IOException {
		return new RecordingFileSystem(root, false);
	}

	/**
	 * A change of the real files.
	 */
	interface Change<T> {

		T make() throws IOException;

	}

	/**
	 * The directory under this view.
	 */
	public Path root() {
		return wrap(this.root);
	}

	public DiskFaults faults() {
		return this.faults;
	}

	private long used() {
		return used(this.root.toFile());
	}

	/**
	 * A file that another thread deletes meanwhile has no length, and is no failure.
	 */
	private static long used(File directory) {
		File[] files = directory.listFiles();
		return (files == null) ? 0
				: Stream.of(files).mapToLong((file) -> file.isDirectory() ? used(file) : file.length()).sum();
	}

	/**
	 * Ends whoever works with this view, as the end of its process does: its files are
	 * closed, which drops its locks, and it changes nothing any more. The files stay as
	 * they are.
	 */
	public void kill() throws IOException {
		synchronized (this.operations) {
			this.killed = true;
		}
		for (FileChannel channel : this.open) {
			channel.close();
		}
	}

	/**
	 * Takes note of a file that was opened.
	 * @throws IOException if nobody works with this view any more
	 */
	FileChannel opened(FileChannel channel) throws IOException {
		this.open.add(channel);
		if (this.killed) {
			closed(channel);
			throw new IOException("The process has ended");
		}
		return channel;
	}

	void closed(FileChannel channel) throws IOException {
		this.open.remove(channel);
		channel.close();
	}

	/**
	 * How many operations were done up to now.
	 */
	public int operationCount() {
		synchronized (this.operations) {
			return this.operations.size();
		}
	}

	/**
	 * How many bytes of files were read up to now.
	 */
	public long bytesRead() {
		return this.bytesRead.get();
	}

	void read(int bytes) {
		this.bytesRead.addAndGet(bytes);
	}

	/**
	 * What losses of power could have left.
	 * @param seed which of the innumerable mixtures are tried
	 */
	public CrashStates crashStates(long seed) {
		synchronized (this.operations) {
			return new CrashStates(this.start, List.copyOf(this.operations), seed);
		}
	}

	FileNumbers numbers() {
		return this.numbers;
	}

	Path wrap(Path real) {
		return new RecordedPath(this, real);
	}

	/**
	 * The name by which a path is recorded.
	 */
	Path name(Path real) {
		return this.root.relativize(real.toAbsolutePath());
	}

	/**
	 * The number of the directory that must be forced to make a name durable.
	 */
	int directoryOf(Path real) {
		return this.numbers.of(Objects.requireNonNull(real.toAbsolutePath().getParent()));
	}

	/**
	 * Makes a change and records it, in one order for all threads.
	 */
	<T> T perform(DiskOperation operation, Change<T> change) throws IOException {
		this.faults.check(operation);
		synchronized (this.operations) {
			if (this.killed) {
				throw new IOException("The process has ended");
			}
			T result = change.make();
			this.operations.add(operation);
			return result;
		}
	}

	/**
	 * Forces without keeping other threads from going on, so that what they do meanwhile
	 * is not taken for forced.
	 */
	void force(int target, FileChannel channel, boolean metadata) throws IOException {
		int covered = operationCount();
		Force force = new Force(target, covered);
		try {
			this.faults.check(force);
		}
		catch (IOException ex) {
			record(new FailedForce(target, covered));
			throw ex;
		}
		if (this.forcing) {
			channel.force(metadata);
		}
		record(force);
	}

	private void record(DiskOperation operation) {
		synchronized (this.operations) {
			this.operations.add(operation);
		}
	}

	private FileSystem real() {
		return this.root.getFileSystem();
	}

	@Override
	public FileSystemProvider provider() {
		return this.provider;
	}

	@Override
	public void close() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean isOpen() {
		return true;
	}

	@Override
	public boolean isReadOnly() {
		return false;
	}

	@Override
	public String getSeparator() {
		return real().getSeparator();
	}

	@Override
	public Iterable<Path> getRootDirectories() {
		Stream<Path> roots = StreamSupport.stream(real().getRootDirectories().spliterator(), false);
		return roots.map(this::wrap).toList();
	}

	@Override
	public Iterable<FileStore> getFileStores() {
		return real().getFileStores();
	}

	@Override
	public Set<String> supportedFileAttributeViews() {
		return real().supportedFileAttributeViews();
	}

	@Override
	public Path getPath(String first, String... more) {
		return wrap(real().getPath(first, more));
	}

	@Override
	public PathMatcher getPathMatcher(String syntaxAndPattern) {
		PathMatcher matcher = real().getPathMatcher(syntaxAndPattern);
		return (path) -> matcher.matches(RecordedPath.unwrap(path));
	}

	@Override
	public UserPrincipalLookupService getUserPrincipalLookupService() {
		return real().getUserPrincipalLookupService();
	}

	@Override
	public WatchService newWatchService() {
		throw new UnsupportedOperationException();
	}

}
