package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Deletes closed files whose entries the service has, oldest first: those of former
 * chains, then those of the open chain itself. Of the latter the seal states durably
 * where it begins before a file goes, so that it goes on after a crash at any moment.
 */
record RetentionSweep(Parts parts, LogRetention terms, boolean active, LogDirectory directory) {

	private static final Log logger = LogFactory.getLog(RetentionSweep.class);

	/** Why files are deleted that could have been kept longer. */
	static final String EARLY = ", some of them before the retention period is over, to make room";

	/**
	 * Looks at what there is.
	 */
	static RetentionSweep of(Parts parts, LogRetention terms, boolean active) throws IOException {
		return new RetentionSweep(parts, terms, active, LogDirectory.read(parts.own().names()));
	}

	record Parts(ChainFiles own, LogFiles files, ChainWriter chain, AuditSeal seal, LogRoom room) {

		/**
		 * What the names of the chain's closed files begin with.
		 */
		String name() {
			return this.own.names().prefix(this.own.owner());
		}

	}

	/**
	 * Finds out how much there is beside the chain's own files.
	 */
	void measure() {
		long start = this.parts.seal().statement().start().sequence();
		this.parts.room().setOthers(this.directory.lengthBeside(this.parts.name(), start, this.active));
	}

	/**
	 * Deletes what may go of former chains.
	 * @param accepted how many entries the service is known to have, by the owner
	 * @return whether some was left because there is room: what is written meanwhile must
	 * not let the current chain go before that
	 */
	boolean sweepFormer(Map<String, Long> accepted) {
		AtomicBoolean room = new AtomicBoolean();
		BooleanSupplier inTheWay = () -> {
			measure();
			room.set(excess() <= 0);
			return !room.get();
		};
		formerChains(accepted)
			.forEach((chain) -> this.terms.attempt(() -> chain.delete(this.terms, this.directory, inTheWay)));
		return room.get();
	}

	/**
	 * What former chains left, if the service has it, oldest first.
	 */
	List<FormerFiles> formerChains(Map<String, Long> accepted) {
		List<FormerFiles> chains = new ArrayList<>();
		for (String name : this.directory.chains()) {
			FormerFiles chain = new FormerFiles(this.parts.own(), name, this.directory.closed(name), accepted);
			this.terms.attempt(() -> {
				if (!name.equals(this.parts.name()) && chain.isDelivered()) {
					chains.add(chain);
				}
			});
		}
		chains.sort(Comparator.comparing(FormerFiles::oldest));
		return chains;
	}

	/**
	 * Deletes what may go of the chain itself.
	 * @param accepted the last sequence number that the service is known to have
	 * @param room whether there is room, so that nothing is in the way
	 * @param closeable whether the current file may be closed to be deleted
	 */
	void sweepOwn(long accepted, boolean room, boolean closeable) throws IOException {
		deleteLeftovers();
		measure();
		deleteDue(accepted, room);
		if (closeable && !room && this.parts.room().isNearlyWanting(this.parts.chain().size()) && closeCurrent()) {
			deleteDue(accepted, room);
		}
	}

	private long excess() {
		return this.parts.room().excess(this.parts.chain().size());
	}

	/**
	 * Deletes what the seal says was deleted, when a crash or a failure came in between.
	 */
	private void deleteLeftovers() throws IOException {
		SealRecord statement = this.parts.seal().statement();
		long start = statement.start().sequence();
		if (start <= statement.synchronizedThrough()) {
			delete(this.directory.closed(this.parts.name()).headMap(start, true).values());
		}
	}

	/**
	 * Deletes files that are old enough, or in the way.
	 */
	private void deleteDue(long accepted, boolean room) throws IOException {
		List<ClosedFile> closed = this.parts.chain().exclusively(this.parts.files()::closed);
		long excess = room ? 0 : excess();
		List<Path> due = new ArrayList<>();
		Head start = null;
		int deletable = 0;
		int early = 0;
		for (int i = 0; i < closed.size() && closed.get(i).last() <= accepted && !this.terms.isOver(); i++) {
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
		delete(start, due.subList(0, deletable), early > 0);
	}

	/**
	 * Closes the current file if the service has all of it, so that it can be deleted.
	 * @return whether it was closed
	 */
	private boolean closeCurrent() {
		LogFiles files = this.parts.files();
		return this.parts.chain().exclusively(() -> {
			boolean accepted = files.end().head().sequence() <= this.parts.seal().statement().synchronizedThrough();
			return accepted && files.rotate();
		});
	}

	private void delete(@Nullable Head start, List<Path> due, boolean early) throws IOException {
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
		int deleted = delete(due);
		logger.info("Deleted " + deleted + " closed files of the audit log" + (early ? EARLY : "")
				+ "; the service has their entries, up to " + start.sequence());
	}

	/**
	 * What is left when it is over, the next sweep finds before the chain's start.
	 */
	private int delete(Iterable<Path> files) throws IOException {
		int deleted = 0;
		for (Path file : files) {
			if (this.terms.isOver()) {
				break;
			}
			PrivateFiles.delete(file);
			this.directory.forget(file);
			deleted++;
		}
		if (deleted > 0) {
			PrivateFiles.forceDirectoryOf(this.parts.own().names().active());
		}
		return deleted;
	}

	private boolean isOld(ClosedFile file, Optional<ReadLine> last) throws IOException {
		return !PrivateFiles.exists(file.path()) || this.terms.isOld(ClosedFile.timeOf(last, file.path()));
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
		catch (IOException | StoreException ex) {
			return Optional.empty();
		}
	}

}
