package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.grantex.gemma.audit.store.AuditStore;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * Opens the files of a chain: first it is found out, without a change, what there is and
 * whether it may go on; then it is made ready to go on.
 */
final class ChainOpening {

	private static final Log logger = LogFactory.getLog(ChainOpening.class);

	/**
	 * Which saved files were told of. Process-wide: a log that is refused is opened again
	 * and again.
	 */
	private static final Set<Path> TOLD = ConcurrentHashMap.newKeySet();

	private final ChainFiles chain;

	private final LogLocks locks;

	private final FileStore.Settings settings;

	private final boolean retired;

	private final SegmentNames names;

	private final SealLocation seals;

	private final ActiveFile active;

	/**
	 * Creates the opening.
	 * @param locks of which the chain's notes the generation of the seal
	 * @param retired whether the chain no longer has the active file
	 */
	ChainOpening(ChainFiles chain, LogLocks locks, FileStore.Settings settings, boolean retired) {
		this.chain = chain;
		this.locks = locks;
		this.settings = settings;
		this.retired = retired;
		this.names = chain.names();
		this.seals = chain.seals();
		this.active = chain.active();
	}

	/**
	 * A chain that is ready to go on.
	 */
	record Opened(LogFiles files, SealFile seal, SealRecord statement, ChainRecovery.Found found) {
	}

	/**
	 * Says which files hold what a log held at its end while another file lay in its
	 * place: one of them may be what is missing now.
	 */
	private void tellOfSaved() throws IOException {
		Path directory = PrivateFiles.directoryOf(this.names.active());
		List<Path> all = this.names.saved();
		TOLD.removeIf((told) -> directory.equals(told.getParent()) && !all.contains(told));
		for (Path saved : all) {
			if (!TOLD.add(saved)) {
				continue;
			}
			logger.warn("There is " + saved.getFileName() + ": what the audit log held when it was closed while another"
					+ " file lay in its place. If the log is refused now, move it to "
					+ this.names.active().getFileName() + ", the other file away; else keep it as evidence elsewhere");
		}
	}

	/**
	 * Opens the chain.
	 * @param beginning the moment at which its clock starts, where it is to be begun if
	 * that was not done, else null
	 * @param recalled told of what is found, before anything is changed
	 * @throws StoreException if it may not go on; nothing was changed then
	 */
	Opened open(@Nullable Long beginning, AuditStore.Recollection recalled) throws IOException {
		tellOfSaved();
		if (beginning != null) {
			this.seals.begin(true, beginning);
		}
		SealLocation.Found seal = this.seals.find().orElseThrow(StoreException::missing);
		long noted = this.locks.chain().noted();
		if (noted > seal.statement().generation()) {
			// An older copy of the seal was put in its place.
			throw StoreException.corrupted();
		}
		boolean latest = noted == seal.statement().generation();
		if (this.retired) {
			seal = withoutDeleted(seal);
		}
		SealRecord statement = seal.statement();
		NavigableMap<Long, Path> files = files(statement.start(), statement.end());
		boolean activeExists = this.active.exists() && !this.active.isOthers(this.chain.owner(), this.seals.others());
		ChainRecovery.Found found = new ChainRecovery(statement, this.chain.codec(), files, activeExists, latest,
				recalled, new ArrayList<>())
			.run();
		requireRepaired(statement, found);
		recalled.end(found.damages());
		return makeReady(seal, found);
	}

	private Opened makeReady(SealLocation.Found seal, ChainRecovery.Found found) throws IOException {
		SealFile file;
		if (this.retired) {
			file = leaveActive(seal);
		}
		else {
			SealRecord others = this.seals.others();
			if (this.active.isOthers(this.chain.owner(), others)) {
				this.active.closeOff(others);
			}
			this.active.moveAsideIfForeign();
			file = this.seals.place(seal.file(), true);
		}
		file.rewrite();
		// The files may be elsewhere by now.
		ChainRecovery.Found present = new ChainRecovery.Found(files(found.start(), found.end()), found.start(),
				found.end(), found.damages());
		if (this.retired) {
			present.files().values().remove(this.names.active());
		}
		cut(present);
		present.files().tailMap(present.end().segment(), false).clear();
		LogFiles files = LogFiles.open(this.chain, this.settings, this.locks, present, seal.statement().end(),
				this.retired);
		return new Opened(files, file, seal.statement(), present);
	}

	/**
	 * A crash may have kept a replaced bundle's chain from leaving the active file to its
	 * successor.
	 */
	private SealFile leaveActive(SealLocation.Found seal) throws IOException {
		boolean hasSeal = seal.file().path().equals(this.names.activeSeal());
		boolean hasFile = this.active.belongsTo(this.chain.owner())
				|| (hasSeal && this.active.isOthers("", seal.statement()));
		if (!hasFile && !hasSeal) {
			return seal.file();
		}
		try (LogLock lock = LogLock.acquire(this.names.activeLock())) {
			if (hasFile) {
				this.locks.claim(this.names.active());
				this.active.closeOff(seal.statement());
			}
			return this.seals.place(seal.file(), false);
		}
	}

	/**
	 * The files that hold entries of the chain, without those that should have been
	 * deleted when a crash came in between.
	 */
	private NavigableMap<Long, Path> files(Head start, LogEnd end) throws IOException {
		NavigableMap<Long, Path> files = this.chain.closed();
		files.headMap(start.sequence(), true).clear();
		this.active.addTo(files, this.chain.owner(), end);
		return files;
	}

	/**
	 * The log that replaced this one may have deleted files, if the service has all of
	 * them, but cannot sign that.
	 */
	private SealLocation.Found withoutDeleted(SealLocation.Found seal) throws IOException {
		SealRecord statement = seal.statement();
		if (!statement.checkpoint().isDelivered()) {
			return seal;
		}
		NavigableMap<Long, Path> files = files(statement.start(), statement.end());
		Head start = files.isEmpty() ? statement.end().head()
				: entryBefore(files.firstEntry()).orElse(statement.start());
		return new SealLocation.Found(seal.file(), statement.with((checkpoint) -> checkpoint.withStart(start)));
	}

	private Optional<Head> entryBefore(Map.Entry<Long, Path> file) throws IOException {
		return LogTail.first(file.getValue(), this.chain.codec())
			.filter((first) -> first.sequence() == file.getKey() && first.isSigned())
			.map(ReadLine::previous);
	}

	/**
	 * Moves aside what a crash left after the last entry that holds: it was never
	 * acknowledged, and an entry written behind it would be unreadable.
	 */
	private void cut(ChainRecovery.Found found) throws IOException {
		LogEnd end = found.end();
		for (Map.Entry<Long, Path> file : found.files().entrySet()) {
			if (file.getKey() == end.segment()) {
				cut(file.getValue(), end.offset());
			}
			else if (file.getKey() > end.segment()) {
				cut(file.getValue(), 0);
			}
		}
		boolean unlisted = !this.retired && this.active.exists() && !found.files().containsValue(this.names.active());
		if (unlisted) {
			cut(this.names.active(), 0);
		}
	}

	private static void cut(Path path, long end) throws IOException {
		try (FileChannel channel = PrivateFiles.open(path)) {
			long size = channel.size();
			if (size <= end) {
				return;
			}
			// What is larger than any crash leaves may be larger than the disk.
			if (size - end > LogTail.MAX_TORN
					&& !new LogRoom.Disk(PrivateFiles.directoryOf(path)).hasRoomFor(size - end)) {
				throw StoreException.full();
			}
			Path aside = SegmentNames.aside(path, "torn");
			copyAside(channel, end, size, aside);
			channel.truncate(end);
			channel.force(true);
			logger.warn("An unfinished write at the end of the audit log, " + (size - end)
					+ " bytes that were never acknowledged, was moved to " + aside.getFileName());
		}
	}

	private static void copyAside(FileChannel channel, long from, long to, Path aside) throws IOException {
		boolean copied = false;
		try (FileChannel copy = PrivateFiles.open(aside)) {
			PrivateFiles.copy(channel, from, to, copy);
			copied = true;
		}
		finally {
			if (!copied) {
				PrivateFiles.delete(aside);
			}
		}
	}

	/**
	 * What was found damaged at an earlier time may have been repaired.
	 */
	private void requireRepaired(SealRecord statement, ChainRecovery.Found found) throws IOException {
		long from = statement.synchronizedThrough() + 1;
		if (statement.checkpoint().damagedAt() < from) {
			return;
		}
		long last = found.end().head().sequence();
		long kept = Math.max(from, statement.start().sequence() + 1);
		try (FileLines lines = new FileLines((first) -> PrivateFiles.read(found.files().get(first)),
				found.files().keySet(), found.end().offset(), kept)) {
			for (long sequence = kept; sequence <= last; sequence++) {
				Optional<ReadLine> line = lines.next(this.chain.codec());
				if (line.isEmpty() || line.get().sequence() != sequence || !line.get().isSigned()) {
					throw StoreException.corrupted();
				}
			}
		}
	}

}
