package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
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

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainSummary;
import dev.grantex.gemma.audit.store.FoundChain;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.file.Uninterrupted;

/**
 * Finds the chains beside a log. Only what the log's own names lead to is looked at:
 * several logs may share a directory. Files with entries are looked at where they begin
 * and end; those that a log of this process has open are not touched.
 */
record ChainSearch(SegmentNames names, ChainCodec codec) {

	/**
	 * A chain that was found.
	 *
	 * @param summary what there is of it
	 * @param files the files with entries by their first sequence numbers
	 * @param names the names of all files beside the log
	 */
	record Found(ChainSummary summary, NavigableMap<Long, Path> files, SegmentNames names) implements FoundChain {

		@Override
		public SavedLines open() {
			return Uninterrupted.get(() -> {
				try {
					boolean hasActive = this.files.containsValue(this.names.active());
					return SavedChain.of(this, LogLocks.acquire(this.names, this.summary.owner(), !hasActive));
				}
				catch (IOException ex) {
					throw StoreException.unwritable(ex);
				}
			});
		}

	}

	/**
	 * Finds the chains that have entries, or a seal that counts some, in the order of
	 * their owners.
	 * @throws StoreException if somebody has the active file locked that is not
	 */
	List<Found> run(Set<String> known, boolean current) throws IOException {
		if (!Files.isDirectory(PrivateFiles.directoryOf(this.names.active()))) {
			return List.of();
		}
		boolean active = !current && PrivateFiles.exists(this.names.active());
		try (LogLock lock = active ? LogLock.acquire(this.names.activeLock()) : null) {
			return find(known, current ? List.of() : List.of(this.names.activeSeal()),
					active ? List.of(this.names.active()) : List.of());
		}
	}

	/**
	 * Finds them.
	 * @param seals the seals to look at besides those under the names of owners
	 * @param besides the files to look at besides those
	 */
	private List<Found> find(Set<String> known, List<Path> seals, List<Path> besides) throws IOException {
		Set<String> owners = new TreeSet<>();
		Set<String> knownNames = new TreeSet<>();
		known.forEach((owner) -> knownNames.add(this.names.prefix(owner)));
		LogDirectory directory = LogDirectory.read(this.names);
		for (String name : directory.chains()) {
			if (!knownNames.contains(name) && !LogLock.isHeldHere(this.names.active().resolveSibling(name + ".lock"))) {
				ownerNamed(name, directory).ifPresent(owners::add);
			}
		}
		for (Path seal : seals) {
			new SealFile(seal).latest().map(SealRecord::grantId).ifPresent(owners::add);
		}
		if (!besides.isEmpty()) {
			new ActiveFile(this.names, this.codec).owner().ifPresent(owners::add);
		}
		owners.removeAll(known);
		List<Found> found = new ArrayList<>();
		for (String owner : owners) {
			find(owner, seals, besides).ifPresent(found::add);
		}
		return found;
	}

	/**
	 * The owner whom the names of a chain's files were made of, as a seal or an entry
	 * tells.
	 */
	private Optional<String> ownerNamed(String name, LogDirectory directory) throws IOException {
		Path seal = this.names.active().resolveSibling(name + ".seal");
		Optional<String> sealed = new SealFile(seal).latest()
			.map(SealRecord::grantId)
			.filter((owner) -> this.names.seal(owner).equals(seal));
		if (sealed.isPresent()) {
			return sealed;
		}
		for (Path file : directory.closed(name).values()) {
			Optional<String> told = LogTail.ends(file, this.codec)
				.stream()
				.findFirst()
				.map(ReadLine::owner)
				.filter((owner) -> this.names.prefix(owner).equals(name));
			if (told.isPresent()) {
				return told;
			}
		}
		return Optional.empty();
	}

	private Optional<Found> find(String owner, List<Path> seals, List<Path> besides) throws IOException {
		ChainSummary.Seal seal = Stream.concat(Stream.of(this.names.seal(owner)), seals.stream())
			.flatMap((path) -> new SealFile(path).latest().stream())
			.filter((statement) -> statement.grantId().equals(owner))
			.max(Comparator.comparingLong(SealRecord::generation))
			.map(ChainSearch::summary)
			.orElse(null);
		List<Path> candidates = new ArrayList<>(this.names.closedFiles(owner).values());
		candidates.addAll(besides);
		NavigableMap<Long, Path> files = new TreeMap<>();
		Head last = Head.GENESIS;
		String author = null;
		for (Path file : candidates) {
			List<ReadLine> lines = LogTail.ends(file, this.codec)
				.stream()
				.filter((line) -> line.owner().equals(owner))
				.toList();
			if (!lines.isEmpty()) {
				ReadLine end = lines.get(lines.size() - 1);
				files.putIfAbsent(lines.get(0).sequence(), file);
				author = end.author();
				last = (end.sequence() > last.sequence()) ? end.head() : last;
			}
		}
		boolean any = !files.isEmpty() || (seal != null && seal.head().sequence() > 0);
		return any ? Optional
			.of(new Found(new ChainSummary(owner, seal, List.copyOf(files.keySet()), last, author), files, this.names))
				: Optional.empty();
	}

	private static ChainSummary.Seal summary(SealRecord seal) {
		return new ChainSummary.Seal(seal.generation(), seal.bundleId(), seal.start(), seal.end().head(),
				seal.checkpoint().isDelivered());
	}

}
