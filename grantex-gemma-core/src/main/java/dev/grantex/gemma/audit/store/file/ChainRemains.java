package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;

/**
 * The files that belong to a chain, in whatever condition they are: those under the name
 * of its grant, and those under the name of the active file that say so. Of the latter
 * some may be too damaged to tell. They go with the chain that the seal beside them
 * names, and without one with the current chain.
 */
final class ChainRemains {

	private final ChainFiles chain;

	private final SegmentNames names;

	private final boolean current;

	private final Pattern own;

	private final Pattern shared;

	ChainRemains(ChainFiles chain, boolean current) {
		this.chain = chain;
		this.names = chain.names();
		this.current = current;
		String extension = Pattern.quote(this.names.extension());
		this.own = Pattern.compile(Pattern.quote(this.names.prefix(chain.owner())) + "(?:-[0-9]{12,18}" + extension
				+ "|\\.seal)" + LogDirectory.ASIDE);
		this.shared = Pattern
			.compile(Pattern.quote(this.names.stem()) + "(?:" + extension + "|\\.seal)" + LogDirectory.ASIDE);
	}

	/**
	 * Finds the files. The active file comes first and the seals second: without the
	 * former the latter tell nothing that is still needed to find the rest, and without
	 * the latter no other log takes the rest for delivered.
	 * @throws StoreException if one of them is a link, or others may write to it
	 */
	List<Path> find() throws IOException {
		String besideSeal = ownerOfSeal(this.names.activeSeal()).orElse(null);
		List<Path> found = new ArrayList<>();
		for (Path file : this.names.matching(this::isCandidate)) {
			if (isOwn(file, besideSeal)) {
				PrivateFiles.requirePrivate(file);
				found.add(file);
			}
		}
		found.sort(Comparator.comparingInt(this::rank).thenComparing(Comparator.naturalOrder()));
		return found;
	}

	private int rank(Path file) {
		if (file.equals(this.names.active())) {
			return 0;
		}
		return (file.equals(this.names.activeSeal()) || file.equals(this.chain.seal())) ? 1 : 2;
	}

	/**
	 * Whether some of the files have the name that only one log at a time may use.
	 */
	static boolean needActive(List<Path> files, SegmentNames names) {
		return files.contains(names.active()) || files.contains(names.activeSeal());
	}

	private boolean isCandidate(String name) {
		return this.own.matcher(name).matches() || this.shared.matcher(name).matches();
	}

	private boolean isOwn(Path file, @Nullable String besideSeal) throws IOException {
		String name = String.valueOf(file.getFileName());
		if (this.own.matcher(name).matches()) {
			return true;
		}
		Optional<String> told = name.startsWith(this.names.stem() + ".seal") && !file.equals(this.names.active())
				? ownerOfSeal(file) : ownerOfLines(file);
		if (told.isPresent()) {
			return told.get().equals(this.chain.owner()) || (this.current && isInTheWay(file, told.get()));
		}
		return (besideSeal != null) ? besideSeal.equals(this.chain.owner()) : this.current;
	}

	/**
	 * Whether the file is in the active place and holds another chain's lines, but can
	 * never get that chain's closed name, because there is such a file. No other log
	 * could begin as long as it is there.
	 */
	private boolean isInTheWay(Path file, String owner) throws IOException {
		return file.equals(this.names.active()) && LogTail.first(file, this.chain.codec())
			.filter((line) -> PrivateFiles.exists(this.names.closed(owner, line.sequence())))
			.isPresent();
	}

	private static Optional<String> ownerOfSeal(Path file) {
		return new SealFile(file).latest().map(SealRecord::grantId);
	}

	/**
	 * Whom the first line names, or the last one if that is more reliable.
	 */
	private Optional<String> ownerOfLines(Path file) throws IOException {
		List<String> lines = new ArrayList<>();
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			LogTail.firstLine(channel).ifPresent(lines::add);
			lines.addAll(lastLine(channel));
		}
		Optional<String> whole = lines.stream()
			.flatMap((line) -> this.chain.codec().read(line).stream())
			.filter(ReadLine::isWhole)
			.map(ReadLine::owner)
			.findFirst();
		return whole
			.or(() -> lines.stream().flatMap((line) -> this.chain.codec().ownerNamedIn(line).stream()).findFirst());
	}

	private static List<String> lastLine(FileChannel channel) throws IOException {
		try {
			return LogTail.lastLine(channel, channel.size()).lines();
		}
		catch (StoreException ex) {
			// A line that is longer than any entry names nobody.
			return List.of();
		}
	}

}
