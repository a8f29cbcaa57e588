package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;

/**
 * Deletes files of an open chain whose entries the service has, oldest first. The seal
 * states durably where the chain begins then before a file goes, so that it goes on after
 * a crash at any moment.
 */
final class DeliveredFiles {

	private static final Log logger = LogFactory.getLog(DeliveredFiles.class);

	/** Why files are deleted that could have been kept longer. */
	static final String EARLY = ", some of them before the retention period is over, to make room";

	private final Parts parts;

	private final Predicate<Instant> old;

	private final BooleanSupplier over;

	/**
	 * Creates the deletion of files.
	 * @param old whether what was written at a moment need not be kept any longer
	 * @param over whether what is left must wait
	 */
	DeliveredFiles(Parts parts, Predicate<Instant> old, BooleanSupplier over) {
		this.parts = parts;
		this.old = old;
		this.over = over;
	}

	/**
	 * What files are deleted from.
	 *
	 * @param own the chain
	 * @param files its open files
	 * @param chain who writes them
	 * @param seal states where they begin
	 * @param room how much room there is
	 */
	record Parts(ChainFiles own, LogFiles files, ChainWriter chain, AuditSeal seal, LogRoom room) {

		SegmentNames names() {
			return this.own.names();
		}

		/**
		 * What the names of the chain's closed files begin with.
		 */
		String name() {
			return names().prefix(this.own.owner());
		}

	}

	/**
	 * Deletes what the seal says was deleted, when a crash or a failure came in between.
	 */
	void deleteLeftovers(LogDirectory directory) throws IOException {
		SealRecord statement = this.parts.seal().statement();
		long start = statement.start().sequence();
		if (start <= statement.synchronizedThrough()) {
			delete(directory.closed(this.parts.name()).headMap(start, true).values(), directory);
		}
	}

	/**
	 * Deletes files that are old enough, or in the way.
	 * @param accepted the last sequence number that the service is known to have
	 * @param room whether there is room, so that none are in the way
	 */
	void deleteDue(LogDirectory directory, long accepted, boolean room) throws IOException {
		List<ClosedFile> closed = this.parts.chain().exclusively(this.parts.files()::closed);
		long excess = room ? 0 : this.parts.room().excess(this.parts.chain().size());
		List<Path> due = new ArrayList<>();
		Head start = null;
		int deletable = 0;
		int early = 0;
		for (int i = 0; i < closed.size() && closed.get(i).last() <= accepted && !this.over.getAsBoolean(); i++) {
			ClosedFile file = closed.get(i);
			Optional<ReadLine> last = last(file);
			// The chain cannot begin after a file of which no end is known.
			boolean unended = due.size() > deletable;
			boolean old = isOld(file, last);
			if (!unended && excess <= 0 && !old) {
				break;
			}
			due.add(file.path());
			early += old ? 0 : 1;
			excess -= file.length();
			Head end = last.map(ReadLine::head).or(() -> endBefore(closed, file)).orElse(null);
			if (end != null) {
				start = end;
				deletable = due.size();
			}
		}
		delete(start, due.subList(0, deletable), directory, early > 0);
	}

	/**
	 * Closes the current file if the service has all of it, so that it can be deleted.
	 * @return whether it was closed
	 */
	boolean closeCurrent() {
		LogFiles files = this.parts.files();
		return this.parts.chain().exclusively(() -> {
			boolean accepted = files.end().head().sequence() <= this.parts.seal().statement().synchronizedThrough();
			return accepted && files.rotate();
		});
	}

	private void delete(@Nullable Head start, List<Path> due, LogDirectory directory, boolean early)
			throws IOException {
		if (start == null) {
			return;
		}
		// The service may have lost entries in this very moment.
		this.parts.seal()
			.change((checkpoint) -> (start.sequence() <= checkpoint.synchronizedThrough()) ? checkpoint.withStart(start)
					: checkpoint);
		if (!this.parts.seal().statement().start().equals(start)) {
			return;
		}
		this.parts.chain().exclusively(() -> {
			this.parts.files().forget(start);
			return start;
		});
		int deleted = delete(due, directory);
		logger.info("Deleted " + deleted + " closed files of the audit log" + (early ? EARLY : "")
				+ "; the service has their entries, up to " + start.sequence());
	}

	/**
	 * What is left when it is over, the next sweep finds before the chain's start.
	 */
	private int delete(Iterable<Path> files, LogDirectory directory) throws IOException {
		int deleted = 0;
		for (Path file : files) {
			if (this.over.getAsBoolean()) {
				break;
			}
			PrivateFiles.delete(file);
			directory.forget(file);
			deleted++;
		}
		if (deleted > 0) {
			PrivateFiles.forceDirectoryOf(this.parts.names().active());
		}
		return deleted;
	}

	private boolean isOld(ClosedFile file, Optional<ReadLine> last) throws IOException {
		return !PrivateFiles.exists(file.path()) || this.old.test(ClosedFile.timeOf(last, file.path()));
	}

	private Optional<ReadLine> last(ClosedFile file) throws IOException {
		return !PrivateFiles.exists(file.path()) ? Optional.empty()
				: LogTail.last(file.path(), this.parts.own().codec())
					.filter((line) -> line.sequence() == file.last() && line.isSigned());
	}

	/**
	 * The end of a damaged file, as what comes after it knows it.
	 */
	private Optional<Head> endBefore(List<ClosedFile> closed, ClosedFile file) {
		Head head = this.parts.chain().end().head();
		if (head.sequence() == file.last()) {
			return Optional.of(head);
		}
		return closed.stream()
			.filter((next) -> next.first() == file.last() + 1)
			.findFirst()
			.flatMap(this::first)
			.map(ReadLine::previous);
	}

	private Optional<ReadLine> first(ClosedFile file) {
		try {
			return LogTail.first(file.path(), this.parts.own().codec())
				.filter((line) -> line.sequence() == file.first() && line.isSigned());
		}
		catch (IOException | AuditLogException ex) {
			return Optional.empty();
		}
	}

}
