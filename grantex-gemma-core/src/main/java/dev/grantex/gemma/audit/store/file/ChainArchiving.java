package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ArchivedFiles;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Moves what there is of a chain into its archive, in whatever condition it is: the files
 * under the name of its owner, and those under the name of the active file that say so.
 * Of the latter some may be too damaged to tell. They go with the chain that the seal
 * beside them names, and without one with the current chain. What a crash interrupts, the
 * next attempt goes on with.
 */
final class ChainArchiving {

	private static final Log logger = LogFactory.getLog(ChainArchiving.class);

	/** What every device can read in a moment. */
	private static final long ALWAYS_READ = 4L * 1024 * 1024 * 1024;

	private final ChainFiles chain;

	private final String name;

	private final @Nullable String publicKeys;

	private final long mostBytes;

	private final SegmentNames names;

	private final boolean current;

	private final Pattern own;

	private final Pattern shared;

	ChainArchiving(ChainFiles chain, String name, @Nullable String publicKeys, boolean current, long maxTotalSize) {
		this.chain = chain;
		this.name = name;
		this.publicKeys = publicKeys;
		this.mostBytes = Math.max(2 * Math.min(maxTotalSize, Long.MAX_VALUE / 2), ALWAYS_READ);
		this.names = chain.names();
		this.current = current;
		String extension = Pattern.quote(this.names.extension());
		this.own = Pattern.compile(Pattern.quote(this.names.prefix(chain.owner())) + "(?:-[0-9]{12,18}" + extension
				+ "|\\.seal)" + LogDirectory.ASIDE);
		this.shared = Pattern
			.compile(Pattern.quote(this.names.stem()) + "(?:" + extension + "|\\.seal)" + LogDirectory.ASIDE);
	}

	/**
	 * Archives the chain.
	 * @param locks of which the chain's is removed in the end
	 * @throws StoreException if something is unsafe, the files of a replaced chain are in
	 * use, they are far larger than a log may grow, or an archive that was complete has
	 * changed
	 */
	ArchivedFiles run(LogLocks locks) throws IOException {
		List<Path> files = find();
		if (!locks.hasActive() && (files.contains(this.names.active()) || files.contains(this.names.activeSeal()))) {
			// A crash may have kept the chain from leaving the active file.
			try (LogLock active = LogLock.acquire(this.names.activeLock())) {
				return run(locks, find());
			}
		}
		return run(locks, files);
	}

	/**
	 * Finds the files. The active file comes first and the seals second: without the
	 * former the latter tell nothing that is still needed to find the rest, and without
	 * the latter no other log takes the rest for delivered.
	 * @throws StoreException if one of them is a link, or others may write to it
	 */
	private List<Path> find() throws IOException {
		String besideSeal = ownerOfSeal(this.names.activeSeal()).orElse(null);
		List<Path> found = new ArrayList<>();
		for (Path file : this.names.matching(this::isCandidate)) {
			if (isOwn(file, besideSeal)) {
				PrivateFiles.requirePrivate(file);
				found.add(file);
			}
		}
		found.sort(Comparator.comparingInt(this::rank).thenComparing(Comparator.naturalOrder()));
		return found;
	}

	private int rank(Path file) {
		if (file.equals(this.names.active())) {
			return 0;
		}
		return (file.equals(this.names.activeSeal()) || file.equals(this.chain.seal())) ? 1 : 2;
	}

	private boolean isCandidate(String name) {
		return this.own.matcher(name).matches() || this.shared.matcher(name).matches();
	}

	private boolean isOwn(Path file, @Nullable String besideSeal) throws IOException {
		String name = String.valueOf(file.getFileName());
		if (this.own.matcher(name).matches()) {
			return true;
		}
		Optional<String> told = name.startsWith(this.names.stem() + ".seal") && !file.equals(this.names.active())
				? ownerOfSeal(file) : ownerOfLines(file);
		if (told.isPresent()) {
			return told.get().equals(this.chain.owner()) || (this.current && isInTheWay(file, told.get()));
		}
		return (besideSeal != null) ? besideSeal.equals(this.chain.owner()) : this.current;
	}

	/**
	 * Whether the file is in the active place and holds another chain's lines, but can
	 * never get that chain's closed name, because there is such a file. No other log
	 * could begin as long as it is there.
	 */
	private boolean isInTheWay(Path file, String owner) throws IOException {
		return file.equals(this.names.active()) && LogTail.first(file, this.chain.codec())
			.filter((line) -> PrivateFiles.exists(this.names.closed(owner, line.sequence())))
			.isPresent();
	}

	private static Optional<String> ownerOfSeal(Path file) {
		return new SealFile(file).latest().map(SealRecord::grantId);
	}

	/**
	 * Whom the first line names, or the last one if that is more reliable.
	 */
	private Optional<String> ownerOfLines(Path file) throws IOException {
		List<String> lines = new ArrayList<>();
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			LogTail.firstLine(channel).ifPresent(lines::add);
			lines.addAll(lastLine(channel));
		}
		Optional<String> whole = lines.stream()
			.flatMap((line) -> this.chain.codec().read(line).stream())
			.filter(ReadLine::isWhole)
			.map(ReadLine::owner)
			.findFirst();
		return whole
			.or(() -> lines.stream().flatMap((line) -> this.chain.codec().ownerNamedIn(line).stream()).findFirst());
	}

	private static List<String> lastLine(FileChannel channel) throws IOException {
		try {
			return LogTail.lastLine(channel, channel.size()).lines();
		}
		catch (StoreException ex) {
			// A line that is longer than any entry names nobody.
			return List.of();
		}
	}

	private ArchivedFiles run(LogLocks locks, List<Path> files) throws IOException {
		ArchiveDirectory archive = ArchiveDirectory.of(this.names, this.name, !files.isEmpty());
		requireReadable(files, archive);
		if (archive.isComplete()) {
			archive.verify();
		}
		else {
			archive.create();
			for (Path file : files) {
				archive.take(file);
			}
			PrivateFiles.forceDirectoryOf(this.names.active());
			archive.complete(this.publicKeys);
			logger.info("The audit log's files were moved unchanged to " + archive.name());
		}
		Head last = last(archive);
		ArchivedFiles archived = new ArchivedFiles(archive.name(), archive.sha256(), last);
		locks.chain().delete();
		PrivateFiles.forceDirectoryOf(this.names.active());
		return archived;
	}

	/**
	 * All of it is read for the checksums. A sparse file may be larger than the disk, and
	 * would keep the cycle from ever asking for a revocation again.
	 */
	private void requireReadable(List<Path> files, ArchiveDirectory archive) throws IOException {
		List<Path> all = new ArrayList<>(files);
		all.addAll(archive.files().values());
		long left = this.mostBytes;
		for (Path file : all) {
			long size = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).size();
			if (size > left) {
				logger.error("The audit log's files are not archived, because they are far larger than a log may grow: "
						+ "move away what does not belong to it, or set a larger grantex.gemma.audit.max-total-size");
				throw StoreException.corrupted();
			}
			left -= size;
		}
	}

	private Head last(ArchiveDirectory archive) throws IOException {
		SegmentNames archived = new SegmentNames(archive.resolve(this.names.active()));
		List<Path> files = new ArrayList<>(archived.closedFiles(this.chain.owner()).values());
		if (PrivateFiles.exists(archived.active())) {
			files.add(archived.active());
		}
		Head last = Head.GENESIS;
		for (int i = files.size() - 1; i >= 0 && last.equals(Head.GENESIS); i--) {
			last = last(files.get(i));
		}
		return last.equals(Head.GENESIS) ? sealed(archived) : last;
	}

	/**
	 * The last complete entry in a file, however much is damaged before and after.
	 */
	private Head last(Path file) throws IOException {
		Head last = Head.GENESIS;
		try (FileChannel channel = PrivateFiles.openForReading(file);
				LineReader lines = new LineReader(Channels.newInputStream(channel), Long.MAX_VALUE)) {
			for (String text = lines.read(); text != null; text = lines.read()) {
				Optional<ReadLine> line = this.chain.codec().read(text);
				if (line.isPresent() && line.get().owner().equals(this.chain.owner()) && lines.isTerminated()) {
					last = line.get().head();
				}
			}
		}
		return last;
	}

	private Head sealed(SegmentNames archived) {
		return Stream.of(archived.activeSeal(), archived.seal(this.chain.owner()))
			.flatMap((path) -> new SealFile(path).slots().stream())
			.filter((slot) -> slot.isSignedBy(this.chain.codec())
					&& slot.statement().grantId().equals(this.chain.owner()))
			.map((slot) -> slot.statement().end().head())
			.max(Comparator.comparingLong(Head::sequence))
			.orElse(Head.GENESIS);
	}

}
