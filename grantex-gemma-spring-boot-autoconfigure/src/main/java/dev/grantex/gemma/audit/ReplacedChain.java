package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The files of a chain whose bundle was replaced. The bundle with its keys is gone by the
 * time they may be deleted, so nobody can tell a forged seal; but whoever can write one
 * could as well delete the files.
 */
final class ReplacedChain {

	private final SegmentNames names;

	private final SealFile seal;

	private final Path lock;

	private NavigableMap<Long, Path> files;

	private Instant oldest = Instant.MIN;

	/**
	 * Creates the chain.
	 * @param name what the names of its files begin with
	 * @param files its closed files
	 */
	ReplacedChain(SegmentNames names, String name, NavigableMap<Long, Path> files) {
		this.names = names;
		this.seal = new SealFile(names.active().resolveSibling(name + ".seal"));
		this.lock = names.active().resolveSibling(name + ".lock");
		this.files = files;
	}

	/**
	 * Whether the service has everything that is known to have been in the chain, and
	 * nothing is there besides.
	 */
	boolean isDelivered() throws IOException {
		Optional<SealRecord> statement = statement().filter(SealRecord::isDelivered);
		if (statement.isEmpty()) {
			return false;
		}
		ChainHead end = statement.get().end().head();
		if (this.files.isEmpty()) {
			// A chain that was only just begun has no entries either.
			return end.sequence() > 0 || statement.get().closed();
		}
		this.oldest = timeOf(this.files.firstEntry().getValue());
		for (Path file : this.files.descendingMap().values()) {
			try (FileChannel channel = PrivateFiles.openForReading(file)) {
				// A crash may have left one that was only just begun.
				if (channel.size() > 0) {
					return LogTail.lastLine(channel, channel.size()).endsWith(end);
				}
			}
		}
		return true;
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
	 * @param period how long entries are kept
	 * @param inTheWay whether files must go before that
	 */
	void delete(RetentionPeriod period, LogDirectory directory, BooleanSupplier inTheWay) throws IOException {
		if (!this.files.isEmpty() && (period.isOverFor(this.oldest) || inTheWay.getAsBoolean())) {
			locked((held, statement) -> deleteFiles(period, directory, inTheWay));
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
			if (statement.isPresent() && isStillDelivered(statement.get().grantId())) {
				action.run(held, statement.get());
			}
		}
		catch (AuditLogException ex) {
			if (!AuditLogException.LOG_LOCKED.equals(ex.reason())) {
				throw ex;
			}
		}
	}

	private boolean isStillDelivered(String grantId) throws IOException {
		this.files = this.names.closedFiles(grantId);
		return isDelivered();
	}

	private void deleteFiles(RetentionPeriod period, LogDirectory directory, BooleanSupplier inTheWay)
			throws IOException {
		for (Path file : List.copyOf(this.files.values())) {
			if (!period.isOverFor(timeOf(file)) && !inTheWay.getAsBoolean()) {
				return;
			}
			PrivateFiles.delete(file);
			// The last one, which the seal ends in, must not be the first to be gone.
			PrivateFiles.forceDirectoryOf(file);
			directory.forget(file);
			this.files.pollFirstEntry();
		}
	}

	/**
	 * What the seal states, if it is this chain's.
	 */
	private Optional<SealRecord> statement() {
		return this.seal.slots()
			.stream()
			.flatMap(List::stream)
			.findFirst()
			.map(SealFile.Slot::statement)
			.filter((statement) -> this.names.seal(statement.grantId()).equals(this.seal.path()));
	}

	private static Instant timeOf(Path file) throws IOException {
		return RetentionPeriod.timeOf(RetentionPeriod.lastEntry(file), file);
	}

}
