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
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ArchivedFiles;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Moves what there is of a chain into its archive. What a crash interrupts, the next
 * attempt goes on with.
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

	private final ChainRemains remains;

	/**
	 * Creates the archiving.
	 * @param name what the archive is named after
	 * @param publicKeys the public keys that verify the chain in one file, or null if
	 * they are gone
	 * @param current whether the chain is the current one
	 * @param maxTotalSize how large all files of a log together may grow, in bytes
	 */
	ChainArchiving(ChainFiles chain, String name, @Nullable String publicKeys, boolean current, long maxTotalSize) {
		this.chain = chain;
		this.name = name;
		this.publicKeys = publicKeys;
		this.mostBytes = Math.max(2 * Math.min(maxTotalSize, Long.MAX_VALUE / 2), ALWAYS_READ);
		this.names = chain.names();
		this.remains = new ChainRemains(chain, current);
	}

	/**
	 * Archives the chain.
	 * @param locks of which the chain's is removed in the end
	 * @throws StoreException if something is unsafe, the files of a replaced chain are in
	 * use, they are far larger than a log may grow, or an archive that was complete has
	 * changed
	 */
	ArchivedFiles run(LogLocks locks) throws IOException {
		List<Path> files = this.remains.find();
		if (!locks.hasActive() && ChainRemains.needActive(files, this.names)) {
			// A crash may have kept the chain from leaving the active file.
			try (LogLock active = LogLock.acquire(this.names.activeLock())) {
				return run(locks, this.remains.find());
			}
		}
		return run(locks, files);
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
			.flatMap(List::stream)
			.filter((slot) -> slot.isSignedBy(this.chain.codec())
					&& slot.statement().grantId().equals(this.chain.owner()))
			.map((slot) -> slot.statement().end().head())
			.max(Comparator.comparingLong(Head::sequence))
			.orElse(Head.GENESIS);
	}

}
