package dev.grantex.gemma.audit.verifier;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.grantex.gemma.audit.store.file.SegmentNames;
import dev.grantex.gemma.audit.verifier.report.SealReport;

/**
 * Finds the seals beside log files, as {@link SegmentNames} names them, and which chain
 * each belongs to. A seal is read when it is found: read before the log, it cannot be
 * ahead of an application that is writing.
 */
final class SealSearch {

	private static final Pattern CLOSED_FILE = Pattern.compile("(.+)-[0-9]{12,18}");

	private final KeyRing keys;

	/** By the real path. */
	private final Map<Path, FoundSeal> seals = new LinkedHashMap<>();

	/** The seals that must belong to one of the given chains. */
	private final Set<FoundSeal> required = new HashSet<>();

	SealSearch(KeyRing keys) {
		this.keys = keys;
	}

	/**
	 * Adds a seal that the user named.
	 */
	void add(Path file) {
		this.required.add(read(file));
	}

	/**
	 * Looks beside a log with some chains for its seals, unless they were found before.
	 */
	void lookBeside(Path log, Collection<ChainKey> chains) {
		String name = Objects.requireNonNullElse(log.getFileName(), log).toString();
		int dot = name.lastIndexOf('.');
		String stem = (dot > 0) ? name.substring(0, dot) : name;
		look(log, stem, true);
		Matcher closed = CLOSED_FILE.matcher(stem);
		for (ChainKey chain : chains) {
			String suffix = "-" + SegmentNames.fileSafe(chain.grantId());
			look(log, stem + suffix, true);
			if (closed.matches() && closed.group(1).endsWith(suffix)) {
				look(log, closed.group(1), true);
				look(log, closed.group(1).substring(0, closed.group(1).length() - suffix.length()), false);
			}
		}
	}

	List<FoundSeal> of(ChainKey chain) {
		return this.seals.values().stream().filter((seal) -> chain.equals(seal.chain())).toList();
	}

	/**
	 * The seals of none of the chains that are examined.
	 */
	List<SealReport> others(Collection<ChainKey> chains) {
		return this.seals.values()
			.stream()
			.filter((seal) -> this.required.contains(seal) && chains.stream().noneMatch((c) -> c.equals(seal.chain())))
			.map(FoundSeal::withoutChain)
			.toList();
	}

	private void look(Path log, String stem, boolean required) {
		Path file = log.resolveSibling(stem + ".seal");
		if (Files.isRegularFile(file)) {
			FoundSeal seal = read(file);
			if (required) {
				this.required.add(seal);
			}
		}
	}

	private FoundSeal read(Path file) {
		Path real = GivenFile.reading(file, file::toRealPath);
		return this.seals.computeIfAbsent(real, (key) -> FoundSeal.read(file, this.keys));
	}

}
