package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.grantex.gemma.audit.LineReader;
import dev.grantex.gemma.audit.LoggedEntry;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.verifier.report.FileReport;
import dev.grantex.gemma.audit.verifier.report.FileState;

/**
 * Which chains there are in given files, and where. Every file is read once, as long as
 * it is at that moment.
 */
final class LogIndex {

	/**
	 * How often files may change from one chain to another, beyond one chain a file. A
	 * file that mixes more is not split further, and so does not hold.
	 */
	private static final int MAX_CHANGES = 1000;

	private final Set<Object> seen = new HashSet<>();

	private final List<FileReport> files = new ArrayList<>();

	private final List<LogPart> parts = new ArrayList<>();

	private int changes;

	/**
	 * Reads a file.
	 * @throws VerifierException if that is not possible
	 */
	void add(GivenLog log) {
		try {
			log.requireSame();
			long size = Files.size(log.file());
			if (this.seen.add(log.identity())) {
				read(log, size);
			}
			else {
				this.files.add(new FileReport(log.name(), FileState.GIVEN_TWICE, size, 0, false));
			}
		}
		catch (IOException ex) {
			throw SmallFile.unreadable(log.file(), ex);
		}
	}

	/**
	 * The files in the order in which they were added.
	 */
	List<FileReport> files() {
		return this.files;
	}

	/**
	 * The parts of each chain by their first sequence number, the chains in the order in
	 * which they were found.
	 */
	Map<ChainKey, List<LogPart>> chains() {
		Map<ChainKey, List<LogPart>> chains = new LinkedHashMap<>();
		this.parts.forEach((part) -> chains.computeIfAbsent(part.chain(), (key) -> new ArrayList<>()).add(part));
		Comparator<LogPart> order = Comparator.comparingLong(LogPart::firstSequence)
			.thenComparing(Comparator.comparingLong(LogPart::lastSequence).reversed());
		chains.values().forEach((parts) -> parts.sort(order));
		return chains;
	}

	private void read(GivenLog log, long size) throws IOException {
		int before = this.parts.size();
		Part part = new Part(0, 1);
		long lines = 0;
		boolean unfinished = false;
		try (LineReader reader = new LineReader(SmallFile.open(log.file()), size)) {
			long start = 0;
			for (String line = reader.read(); line != null; line = reader.read()) {
				LoggedEntry entry = LoggedEntry.read(line);
				// What a crash left of a line is not even JSON. An entry that only lacks
				// its newline says all that it has to.
				unfinished = !reader.isTerminated() && entry == null;
				if (unfinished) {
					break;
				}
				lines++;
				if (entry != null && part.endsBefore(entry) && this.changes < MAX_CHANGES) {
					this.changes++;
					part.addTo(this.parts, log);
					part = new Part(start, lines);
				}
				part.accept(entry, reader.consumed());
				start = reader.consumed();
			}
		}
		part.addTo(this.parts, log);
		boolean entries = this.parts.size() > before;
		FileState state = entries ? FileState.ENTRIES : ((lines > 0) ? FileState.NO_ENTRIES : FileState.EMPTY);
		this.files.add(new FileReport(log.name(), state, size, lines, unfinished));
	}

	/**
	 * A part while its end is not known.
	 */
	private static final class Part {

		private final long offset;

		private final long firstLine;

		private long end;

		private long lines;

		private @Nullable ChainKey chain;

		private long firstSequence;

		private long lastSequence;

		private String lastHash = "";

		Part(long offset, long firstLine) {
			this.offset = offset;
			this.firstLine = firstLine;
			this.end = offset;
		}

		/**
		 * Whether an entry is of another chain: it names another, and does not follow the
		 * last one either.
		 */
		boolean endsBefore(LoggedEntry entry) {
			if (this.chain == null || this.chain.equals(ChainKey.of(entry))) {
				return false;
			}
			return this.chain.form() != entry.form() || entry.seq() != this.lastSequence + 1
					|| !entry.prevHash().equals(this.lastHash);
		}

		void accept(@Nullable LoggedEntry entry, long end) {
			this.end = end;
			this.lines++;
			if (entry == null) {
				return;
			}
			if (this.chain == null) {
				this.chain = ChainKey.of(entry);
				this.firstSequence = entry.seq();
			}
			this.lastSequence = entry.seq();
			this.lastHash = entry.hash();
		}

		void addTo(List<LogPart> parts, GivenLog log) {
			if (this.chain != null) {
				parts.add(new LogPart(log, this.offset, this.end - this.offset, this.firstLine, this.lines, this.chain,
						this.firstSequence, this.lastSequence));
			}
		}

	}

}
