package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The files of a chain that another took the place of. Its keys are gone by the time they
 * may be deleted, so nobody can tell a forged seal; but whoever can write one could as
 * well delete the files.
 */
final class FormerFiles {

	private static final Log logger = LogFactory.getLog(FormerFiles.class);

	private final SegmentNames names;

	private final ChainCodec codec;

	private final SealFile seal;

	private final Path lock;

	private final Map<String, Long> accepted;

	private NavigableMap<Long, Path> files;

	private Instant oldest = Instant.MIN;

	/**
	 * Creates the chain.
	 * @param name what the names of its files begin with
	 * @param accepted how many entries the service is known to have of chains whose seals
	 * nobody can bring up to date, by the owner
	 */
	FormerFiles(ChainFiles beside, String name, NavigableMap<Long, Path> files, Map<String, Long> accepted) {
		this.names = beside.names();
		this.codec = beside.codec();
		this.accepted = accepted;
		this.seal = new SealFile(this.names.active().resolveSibling(name + ".seal"));
		this.lock = this.names.active().resolveSibling(name + ".lock");
		this.files = files;
	}

	/**
	 * Whether the service has everything that is known to have been in the chain, and
	 * nothing is there besides.
	 */
	boolean isDelivered() throws IOException {
		Optional<SealRecord> statement = statement().filter(
				(sealed) -> sealed.checkpoint().isDelivered() || accepted(sealed) >= sealed.end().head().sequence());
		if (statement.isEmpty()) {
			return false;
		}
		Head end = statement.get().end().head();
		if (this.files.isEmpty()) {
			// A chain that was only just begun has no entries either.
			return end.sequence() > 0 || statement.get().checkpoint().closed();
		}
		this.oldest = timeOf(this.files.firstEntry().getValue());
		for (Path file : this.files.descendingMap().values()) {
			try (FileChannel channel = PrivateFiles.openForReading(file)) {
				// A crash may have left one that was only just begun.
				if (channel.size() > 0) {
					LogTail tail = LogTail.lastLine(channel, channel.size());
					return tail.endsWith(end, this.codec) || isAccepted(tail, statement.get());
				}
			}
		}
		return true;
	}

	/**
	 * A crash may have kept the seal from counting the last entries.
	 */
	private boolean isAccepted(LogTail tail, SealRecord statement) {
		return tail.complete() == tail.size()
				&& tail.last(this.codec).filter((last) -> last.sequence() <= accepted(statement)).isPresent();
	}

	private long accepted(SealRecord statement) {
		return this.accepted.getOrDefault(statement.grantId(), 0L);
	}

	/**
	 * When the last entry of the oldest file was written, the earliest moment of all if
	 * there is no file.
	 */
	Instant oldest() {
		return this.oldest;
	}

	/**
	 * Deletes files, oldest first, if no log has the chain open. The seal stays: without
	 * it nobody could tell that the files are not missing.
	 * @param inTheWay whether files must go before they are old
	 */
	void delete(LogRetention terms, LogDirectory directory, BooleanSupplier inTheWay) throws IOException {
		if (!terms.isOver() && !this.files.isEmpty() && (terms.isOld(this.oldest) || inTheWay.getAsBoolean())) {
			locked((held, statement) -> deleteFiles(terms, directory, inTheWay));
		}
	}

	/**
	 * Deletes the seal and the lock, if no log has the chain open and there are no files.
	 * @param stored whether a bundle is still stored, so that somebody can ask for its
	 * chain
	 */
	void forget(Predicate<String> stored) throws IOException {
		if (this.files.isEmpty()) {
			locked((held, statement) -> {
				if (this.files.isEmpty() && !stored.test(statement.bundleId())) {
					held.delete();
					PrivateFiles.delete(this.seal.path());
					PrivateFiles.forceDirectoryOf(this.names.active());
				}
			});
		}
	}

	private interface Action {

		void run(LogLock held, SealRecord statement) throws IOException;

	}

	private void locked(Action action) throws IOException {
		try (LogLock held = LogLock.acquire(this.lock)) {
			Optional<SealRecord> statement = statement();
			if (statement.isPresent()) {
				this.files = this.names.closedFiles(statement.get().grantId());
				if (isDelivered()) {
					action.run(held, statement.get());
				}
			}
		}
		catch (StoreException ex) {
			if (!ex.fault().isInUse()) {
				throw ex;
			}
		}
	}

	private void deleteFiles(LogRetention terms, LogDirectory directory, BooleanSupplier inTheWay) throws IOException {
		int deleted = 0;
		int early = 0;
		for (Path file : List.copyOf(this.files.values())) {
			boolean due = terms.isOld(timeOf(file));
			if (terms.isOver() || (!due && !inTheWay.getAsBoolean())) {
				break;
			}
			PrivateFiles.delete(file);
			// The last one, which the seal ends in, must not be the first to be gone.
			PrivateFiles.forceDirectoryOf(file);
			directory.forget(file);
			this.files.pollFirstEntry();
			deleted++;
			early += due ? 0 : 1;
		}
		if (deleted > 0) {
			logger.info("Deleted " + deleted + " closed files of a former bundle's audit log ("
					+ this.seal.path().getFileName() + ")" + ((early > 0) ? RetentionSweep.EARLY : "")
					+ "; the service has their entries");
		}
	}

	/**
	 * What the seal states, if it is this chain's.
	 */
	private Optional<SealRecord> statement() {
		return this.seal.latest().filter((statement) -> this.names.seal(statement.grantId()).equals(this.seal.path()));
	}

	private Instant timeOf(Path file) throws IOException {
		return ClosedFile.timeOf(LogTail.last(file, this.codec), file);
	}

}
