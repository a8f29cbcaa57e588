package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.ClosedFiles.ClosedFile;

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

	private final RetentionPeriod period;

	private final BooleanSupplier over;

	/**
	 * Creates the deletion of files.
	 * @param over whether what is left must wait
	 */
	DeliveredFiles(Parts parts, RetentionPeriod period, BooleanSupplier over) {
		this.parts = parts;
		this.period = period;
		this.over = over;
	}

	/**
	 * What files are deleted from.
	 *
	 * @param names their names
	 * @param grantId the grant of the chain
	 * @param files the files
	 * @param chain who writes them
	 * @param seal states where they begin
	 * @param entries knows the chain's keys
	 * @param room how much room there is
	 */
	record Parts(SegmentNames names, String grantId, LogFiles files, ChainWriter chain, AuditSeal seal,
			EntryFactory entries, LogRoom room) {
	}

	/**
	 * Deletes what the seal says was deleted, when a crash or a failure came in between.
	 */
	void deleteLeftovers(LogDirectory directory) throws IOException {
		SealRecord statement = this.parts.seal().statement();
		long start = statement.start().sequence();
		if (start <= statement.synchronizedThrough()) {
			String chain = this.parts.names().prefix(this.parts.grantId());
			delete(directory.closed(chain).headMap(start, true).values(), directory);
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
		ChainHead start = null;
		int deletable = 0;
		int early = 0;
		for (int i = 0; i < closed.size() && closed.get(i).last() <= accepted && !this.over.getAsBoolean(); i++) {
			ClosedFile file = closed.get(i);
			Optional<SignedAuditEntry> last = lastEntry(file);
			// The chain cannot begin after a file of which no end is known.
			boolean unended = due.size() > deletable;
			boolean old = isOld(file, last);
			if (!unended && excess <= 0 && !old) {
				break;
			}
			due.add(file.path());
			early += old ? 0 : 1;
			excess -= file.length();
			ChainHead end = last.map(ChainHead::of).or(() -> endBefore(closed, file)).orElse(null);
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

	private void delete(@Nullable ChainHead start, List<Path> due, LogDirectory directory, boolean early)
			throws IOException {
		if (start == null) {
			return;
		}
		// The service may have lost entries in this very moment.
		this.parts.seal()
			.change((statement) -> (start.sequence() <= statement.synchronizedThrough()) ? statement.withStart(start)
					: statement);
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

	private boolean isOld(ClosedFile file, Optional<SignedAuditEntry> last) throws IOException {
		return !PrivateFiles.exists(file.path()) || this.period.isOverFor(RetentionPeriod.timeOf(last, file.path()));
	}

	private Optional<SignedAuditEntry> lastEntry(ClosedFile file) throws IOException {
		return !PrivateFiles.exists(file.path()) ? Optional.empty() : RetentionPeriod.lastEntry(file.path())
			.filter((entry) -> entry.seq() == file.last() && this.parts.entries().haveSigned(entry));
	}

	/**
	 * The end of a damaged file, as what comes after it knows it.
	 */
	private Optional<ChainHead> endBefore(List<ClosedFile> closed, ClosedFile file) {
		ChainHead head = this.parts.chain().end().head();
		if (head.sequence() == file.last()) {
			return Optional.of(head);
		}
		return closed.stream()
			.filter((next) -> next.first() == file.last() + 1)
			.findFirst()
			.flatMap(this::firstEntry)
			.map((next) -> new ChainHead(file.last(), next.prevHash()));
	}

	private Optional<SignedAuditEntry> firstEntry(ClosedFile file) {
		try (FileChannel channel = PrivateFiles.openForReading(file.path())) {
			return LogTail.firstEntry(channel)
				.filter((entry) -> entry.seq() == file.first() && this.parts.entries().haveSigned(entry));
		}
		catch (IOException | AuditLogException ex) {
			return Optional.empty();
		}
	}

}
