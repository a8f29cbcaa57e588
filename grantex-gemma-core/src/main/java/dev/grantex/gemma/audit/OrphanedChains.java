package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Finds the chains in the directory of an audit log of which no bundle is stored. Only
 * what the log's own names lead to is looked at: several logs may share a directory.
 */
public final class OrphanedChains {

	private final SegmentNames names;

	private final ActiveFile active;

	/**
	 * Creates the search.
	 * @param file the log's active file
	 */
	public OrphanedChains(Path file) {
		this.names = new SegmentNames(file);
		this.active = new ActiveFile(this.names);
	}

	/**
	 * Finds the chains that have entries, or a seal that counts some. Files with entries
	 * are looked at where they begin and end; those that a log has open are not touched.
	 * @param stored the grants of the bundles that are stored
	 * @param current whether a current bundle is stored, which the active file is left to
	 * @return the chains, in the order of their grants
	 * @throws AuditLogException if a file cannot be read, or is not safe from others, or
	 * somebody has the active file locked that no current bundle has
	 */
	public List<OrphanedChain> find(Set<String> stored, boolean current) {
		return Uninterrupted.get(() -> {
			try {
				if (!Files.isDirectory(PrivateFiles.directoryOf(this.names.active()))) {
					return List.of();
				}
				if (current || !this.active.exists()) {
					return find(stored, current ? List.of() : List.of(this.names.activeSeal()), List.of());
				}
				try (LogLock lock = LogLock.acquire(this.names.activeLock())) {
					return find(stored, List.of(this.names.activeSeal()), List.of(this.names.active()));
				}
			}
			catch (IOException ex) {
				throw new AuditLogException(AuditLogException.LOG_UNWRITABLE, "The audit log could not be read", ex);
			}
		});
	}

	/**
	 * Finds them.
	 * @param seals the seals to look at besides those under the names of grants
	 * @param files the files with entries to look at besides those
	 */
	private List<OrphanedChain> find(Set<String> stored, List<Path> seals, List<Path> files) throws IOException {
		Set<String> known = new TreeSet<>();
		stored.forEach((grant) -> known.add(this.names.prefix(grant)));
		Set<String> grants = new TreeSet<>();
		LogDirectory directory = LogDirectory.read(this.names);
		for (String name : directory.chains()) {
			if (!known.contains(name) && !LogLock.isHeldHere(this.names.active().resolveSibling(name + ".lock"))) {
				grantNamed(name, directory).ifPresent(grants::add);
			}
		}
		for (Path seal : seals) {
			statement(seal).map(SealRecord::grantId).ifPresent(grants::add);
		}
		if (!files.isEmpty()) {
			this.active.anyEntry().map(SignedAuditEntry::grantId).ifPresent(grants::add);
		}
		grants.removeAll(stored);
		List<OrphanedChain> found = new ArrayList<>();
		for (String grantId : grants) {
			find(grantId, seals, files).ifPresent(found::add);
		}
		return found;
	}

	/**
	 * The grant that the names of a chain's files were made of, as a seal or an entry
	 * tells.
	 */
	private Optional<String> grantNamed(String name, LogDirectory directory) throws IOException {
		Path seal = this.names.active().resolveSibling(name + ".seal");
		Optional<String> sealed = statement(seal).map(SealRecord::grantId)
			.filter((grant) -> this.names.seal(grant).equals(seal));
		if (sealed.isPresent()) {
			return sealed;
		}
		for (Path file : directory.closed(name).values()) {
			Optional<String> told = anyEntry(file).map(SignedAuditEntry::grantId)
				.filter((grant) -> this.names.prefix(grant).equals(name));
			if (told.isPresent()) {
				return told;
			}
		}
		return Optional.empty();
	}

	private Optional<OrphanedChain> find(String grantId, List<Path> seals, List<Path> besides) throws IOException {
		SealRecord seal = Stream.concat(Stream.of(this.names.seal(grantId)), seals.stream())
			.flatMap((path) -> statement(path).stream())
			.filter((statement) -> statement.grantId().equals(grantId))
			.max(Comparator.comparingLong(SealRecord::generation))
			.orElse(null);
		List<Path> candidates = new ArrayList<>(this.names.closedFiles(grantId).values());
		candidates.addAll(besides);
		NavigableMap<Long, Path> files = new TreeMap<>();
		ChainHead last = ChainHead.GENESIS;
		String agentDid = null;
		for (Path file : candidates) {
			List<SignedAuditEntry> entries = entries(file, grantId);
			if (!entries.isEmpty()) {
				SignedAuditEntry end = entries.get(entries.size() - 1);
				files.putIfAbsent(entries.get(0).seq(), file);
				agentDid = end.agentDid();
				last = (end.seq() > last.sequence()) ? ChainHead.of(end) : last;
			}
		}
		boolean any = !files.isEmpty() || (seal != null && seal.end().head().sequence() > 0);
		return any ? Optional.of(new OrphanedChain(this.names, grantId, agentDid, seal, files, last))
				: Optional.empty();
	}

	/**
	 * The readable ones of a chain's first entry and last entries in a file.
	 */
	private static List<SignedAuditEntry> entries(Path file, String grantId) throws IOException {
		List<SignedAuditEntry> entries = new ArrayList<>();
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			LogTail.firstEntry(channel).ifPresent(entries::add);
			lastLines(channel).stream().flatMap((line) -> LogTail.entry(line).stream()).forEach(entries::add);
		}
		return entries.stream().filter((entry) -> entry.grantId().equals(grantId)).toList();
	}

	private static Optional<SignedAuditEntry> anyEntry(Path file) throws IOException {
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			Optional<SignedAuditEntry> first = LogTail.firstEntry(channel);
			return first.isPresent() ? first
					: lastLines(channel).stream().flatMap((line) -> LogTail.entry(line).stream()).findFirst();
		}
	}

	private static List<String> lastLines(FileChannel channel) throws IOException {
		try {
			return LogTail.read(channel).lines();
		}
		catch (AuditLogException ex) {
			// What is longer than any entry is none.
			return List.of();
		}
	}

	private static Optional<SealRecord> statement(Path seal) {
		return new SealFile(seal).slots().stream().flatMap(List::stream).findFirst().map(SealFile.Slot::statement);
	}

}
