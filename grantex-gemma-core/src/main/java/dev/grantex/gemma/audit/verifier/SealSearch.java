package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.grantex.gemma.audit.SealRecord;
import dev.grantex.gemma.audit.SegmentNames;
import dev.grantex.gemma.audit.WireForm;
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
	private final Map<Path, Candidate> candidates = new LinkedHashMap<>();

	private final Map<ChainKey, List<FoundSeal>> ofChains = new HashMap<>();

	private final List<SealReport> others = new ArrayList<>();

	/**
	 * A seal that was read.
	 *
	 * @param required whether it must belong to one of the given chains
	 */
	private record Candidate(FoundSeal seal, boolean required) {
	}

	SealSearch(KeyRing keys) {
		this.keys = keys;
	}

	/**
	 * Adds a seal that the user named.
	 * @throws VerifierException if it cannot be read
	 */
	void add(Path file) {
		try {
			put(file.toRealPath(), file, true);
		}
		catch (IOException ex) {
			throw SmallFile.unreadable(file, ex);
		}
	}

	/**
	 * Looks beside a log for its seals, unless they were found before.
	 * @param chains the chains in the log
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

	/**
	 * Assigns what was found.
	 * @param chains all chains that are examined
	 */
	void assignTo(Iterable<ChainKey> chains) {
		Map<String, ChainKey> byGrant = new HashMap<>();
		chains.forEach((chain) -> {
			if (chain.form() == WireForm.INSTANCE) {
				byGrant.put(chain.grantId(), chain);
			}
		});
		for (Candidate candidate : this.candidates.values()) {
			FoundSeal seal = candidate.seal();
			SealRecord statement = seal.statement();
			ChainKey chain = (statement != null) ? byGrant.get(statement.grantId()) : null;
			if (chain != null) {
				this.ofChains.computeIfAbsent(chain, (key) -> new ArrayList<>()).add(seal);
			}
			else if (candidate.required()) {
				this.others.add(seal.withoutChain());
			}
		}
	}

	List<FoundSeal> of(ChainKey chain) {
		return this.ofChains.getOrDefault(chain, List.of());
	}

	/**
	 * The seals of chains that are not there.
	 */
	List<SealReport> others() {
		return this.others;
	}

	private void look(Path log, String stem, boolean required) {
		Path seal = log.resolveSibling(stem + ".seal");
		try {
			if (Files.isRegularFile(seal)) {
				put(seal.toRealPath(), seal, required);
			}
		}
		catch (IOException ex) {
			throw SmallFile.unreadable(seal, ex);
		}
	}

	private void put(Path real, Path file, boolean required) {
		Candidate present = this.candidates.get(real);
		FoundSeal seal = (present != null) ? present.seal() : FoundSeal.read(file, this.keys);
		this.candidates.put(real, new Candidate(seal, required || (present != null && present.required())));
	}

}
