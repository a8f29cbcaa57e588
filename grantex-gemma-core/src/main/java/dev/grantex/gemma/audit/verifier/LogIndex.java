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

import dev.grantex.gemma.audit.store.file.LineReader;
import dev.grantex.gemma.audit.verifier.report.AuditReport.FileReport;
import dev.grantex.gemma.audit.verifier.report.AuditReport.FileState;

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

	private final Map<ChainKey, List<LogPart>> chains = new LinkedHashMap<>();

	private int changes;

	void add(GivenLog log) {
		log.requireSame();
		this.files.add(GivenFile.reading(log.file(), () -> {
			long size = Files.size(log.file());
			return this.seen.add(log.identity()) ? read(log, size)
					: new FileReport(log.name(), FileState.GIVEN_TWICE, size, 0, false);
		}));
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
		Comparator<LogPart> order = Comparator.comparingLong(LogPart::firstSequence)
			.thenComparing(Comparator.comparingLong(LogPart::lastSequence).reversed());
		this.chains.values().forEach((parts) -> parts.sort(order));
		return this.chains;
	}

	/**
	 * The chains that have a part in a file.
	 */
	List<ChainKey> chainsIn(GivenLog log) {
		return this.chains.entrySet()
			.stream()
			.filter((chain) -> chain.getValue().stream().anyMatch((part) -> part.log().equals(log)))
			.map(Map.Entry::getKey)
			.toList();
	}

	private FileReport read(GivenLog log, long size) throws IOException {
		LogPart part = LogPart.begin(log, 0, 1);
		long lines = 0;
		boolean unfinished = false;
		boolean entries = false;
		try (LineReader reader = log.lines(0, size)) {
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
				entries = entries || entry != null;
				if (entry != null && part.endsBefore(entry) && this.changes < MAX_CHANGES) {
					this.changes++;
					add(part);
					part = LogPart.begin(log, start, lines);
				}
				part = part.with(entry, reader.consumed());
				start = reader.consumed();
			}
		}
		add(part);
		FileState content = entries ? FileState.ENTRIES : ((lines > 0) ? FileState.NO_ENTRIES : FileState.EMPTY);
		return new FileReport(log.name(), content, size, lines, unfinished);
	}

	private void add(LogPart part) {
		if (part.chain() != null) {
			this.chains.computeIfAbsent(part.chain(), (chain) -> new ArrayList<>()).add(part);
		}
	}

}
