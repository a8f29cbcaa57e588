package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import dev.grantex.gemma.audit.json.MalformedLineException;
import org.jspecify.annotations.Nullable;

/**
 * The files that belong to a chain, in whatever condition they are: those under the name
 * of its grant, and those under the name of the active file that say so. Of the latter
 * some may be too damaged to tell. They go with the chain that the seal beside them
 * names, and without one with the current chain.
 */
final class ChainRemains {

	private final SegmentNames names;

	private final String grantId;

	private final boolean current;

	private final Pattern own;

	private final Pattern shared;

	/**
	 * Creates the remains.
	 * @param current whether the chain is that of the current bundle
	 */
	ChainRemains(SegmentNames names, String grantId, boolean current) {
		this.names = names;
		this.grantId = grantId;
		this.current = current;
		String extension = Pattern.quote(names.extension());
		this.own = Pattern.compile(Pattern.quote(names.prefix(grantId)) + "(?:-[0-9]{12,18}" + extension + "|\\.seal)"
				+ LogDirectory.ASIDE);
		this.shared = Pattern
			.compile(Pattern.quote(names.stem()) + "(?:" + extension + "|\\.seal)" + LogDirectory.ASIDE);
	}

	/**
	 * Finds the files. The active file comes first and the seals second: without the
	 * former the latter tell nothing that is still needed to find the rest, and without
	 * the latter no other log takes the rest for delivered.
	 * @throws AuditLogException if one of them is a link, or others may write to it
	 */
	List<Path> find() throws IOException {
		List<Path> active = new ArrayList<>();
		List<Path> seals = new ArrayList<>();
		List<Path> others = new ArrayList<>();
		String besideSeal = grantOfSeal(this.names.activeSeal()).orElse(null);
		for (Path file : candidates()) {
			if (isOwn(file, besideSeal)) {
				PrivateFiles.requirePrivate(file);
				boolean seal = file.equals(this.names.activeSeal()) || file.equals(this.names.seal(this.grantId));
				(file.equals(this.names.active()) ? active : (seal ? seals : others)).add(file);
			}
		}
		return Stream.of(active, seals, others).flatMap((files) -> files.stream().sorted()).toList();
	}

	/**
	 * Whether some of the files have the name that only one log at a time may use.
	 */
	static boolean needActive(List<Path> files, SegmentNames names) {
		return files.contains(names.active()) || files.contains(names.activeSeal());
	}

	private List<Path> candidates() throws IOException {
		List<Path> found = new ArrayList<>();
		try (DirectoryStream<Path> files = Files.newDirectoryStream(PrivateFiles.directoryOf(this.names.active()))) {
			for (Path file : files) {
				String name = String.valueOf(file.getFileName());
				if (this.own.matcher(name).matches() || this.shared.matcher(name).matches()) {
					found.add(file);
				}
			}
		}
		return found;
	}

	private boolean isOwn(Path file, @Nullable String besideSeal) throws IOException {
		String name = String.valueOf(file.getFileName());
		if (this.own.matcher(name).matches()) {
			return true;
		}
		Optional<String> told = name.startsWith(this.names.stem() + ".seal") && !file.equals(this.names.active())
				? grantOfSeal(file) : grantOfEntries(file);
		if (told.isPresent()) {
			return told.get().equals(this.grantId) || (this.current && isInTheWay(file, told.get()));
		}
		return (besideSeal != null) ? besideSeal.equals(this.grantId) : this.current;
	}

	/**
	 * Whether the file is in the active place and holds another chain's entries, but can
	 * never get that chain's closed name, because there is such a file. No other log
	 * could begin as long as it is there.
	 */
	private boolean isInTheWay(Path file, String grant) throws IOException {
		if (!file.equals(this.names.active())) {
			return false;
		}
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			return LogTail.firstEntry(channel)
				.filter((entry) -> PrivateFiles.exists(this.names.closed(grant, entry.seq())))
				.isPresent();
		}
	}

	private Optional<String> grantOfSeal(Path file) {
		return new SealFile(file).slots()
			.stream()
			.flatMap(List::stream)
			.findFirst()
			.map((slot) -> slot.statement().grantId());
	}

	/**
	 * The grant that the first entry names, or the last one if that is more reliable.
	 */
	private Optional<String> grantOfEntries(Path file) throws IOException {
		List<String> lines = new ArrayList<>();
		try (FileChannel channel = PrivateFiles.openForReading(file)) {
			LogTail.firstLine(channel).ifPresent(lines::add);
			lines.addAll(lastLine(channel));
		}
		Optional<String> whole = lines.stream()
			.flatMap((line) -> whole(line).stream())
			.map(SignedAuditEntry::grantId)
			.findFirst();
		return whole.or(() -> lines.stream()
			.flatMap((line) -> Stream.ofNullable(LoggedEntry.read(line)))
			.map(LoggedEntry::grantId)
			.filter((grant) -> !grant.isEmpty())
			.findFirst());
	}

	private static List<String> lastLine(FileChannel channel) throws IOException {
		try {
			return LogTail.lastLine(channel, channel.size()).lines();
		}
		catch (AuditLogException ex) {
			// A line that is longer than any entry names no grant.
			return List.of();
		}
	}

	private static Optional<SignedAuditEntry> whole(String line) {
		try {
			return Optional.of(WireForm.parse(line))
				.filter((entry) -> HashChain.computeHash(entry).equals(entry.hash()));
		}
		catch (MalformedLineException ex) {
			return Optional.empty();
		}
	}

}
