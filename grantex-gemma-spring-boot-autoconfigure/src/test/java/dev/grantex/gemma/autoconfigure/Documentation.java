package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What is written for users: {@code README.md} and {@code docs/}.
 */
final class Documentation {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	private final Map<Path, String> pages = new TreeMap<>();

	Documentation() {
		read(ROOT.resolve("README.md"));
		try (Stream<Path> files = Files.list(ROOT.resolve("docs"))) {
			files.filter((file) -> file.toString().endsWith(".md")).forEach(this::read);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void read(Path file) {
		try {
			this.pages.put(file, Files.readString(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Map<Path, String> pages() {
		return this.pages;
	}

	String page(String name) {
		return this.pages.get(ROOT.resolve(name));
	}

	/**
	 * What stands between backticks anywhere.
	 */
	List<String> code() {
		return this.pages.values().stream().flatMap((page) -> code(page).stream()).distinct().sorted().toList();
	}

	static List<String> code(String text) {
		return find(CODE, text);
	}

	/**
	 * What a pattern finds in a text, the content of its first group.
	 */
	static List<String> find(Pattern pattern, String text) {
		return pattern.matcher(text).results().map((result) -> group(result)).toList();
	}

	private static String group(MatchResult result) {
		return result.group(Math.min(1, result.groupCount()));
	}

	/**
	 * The rows of all tables of a page that have a certain head, cell by cell.
	 */
	List<List<String>> rows(String page, String head) {
		List<List<String>> rows = new ArrayList<>();
		boolean inside = false;
		for (String line : page(page).split("\n")) {
			inside = line.startsWith("|") && (inside || line.startsWith(head));
			if (inside && !line.startsWith(head) && !line.startsWith("|---")) {
				rows.add(Stream.of(line.split("(?<!\\\\)\\|")).skip(1).map(String::strip).toList());
			}
		}
		return rows;
	}

}
