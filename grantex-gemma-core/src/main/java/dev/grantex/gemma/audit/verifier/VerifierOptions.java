package dev.grantex.gemma.audit.verifier;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@link VerifierCommand} asks for.
 */
final class VerifierOptions {

	private final List<Path> logs = new ArrayList<>();

	/** The options that were given, with the files that they name. */
	private final Map<String, List<Path>> given = new HashMap<>();

	private VerifierOptions() {
	}

	static VerifierOptions parse(List<String> args) {
		VerifierOptions options = new VerifierOptions();
		Deque<String> left = new ArrayDeque<>(args);
		boolean onlyFiles = false;
		while (!left.isEmpty()) {
			String arg = left.pop();
			if (!onlyFiles && arg.equals("--")) {
				onlyFiles = true;
			}
			else if (!onlyFiles && arg.startsWith("-")) {
				options.option(arg, left);
			}
			else {
				options.logs.add(path(arg));
			}
		}
		if (!options.has("--help")) {
			options.check();
		}
		return options;
	}

	List<Path> logs() {
		return this.logs;
	}

	List<Path> files(String option) {
		return this.given.getOrDefault(option, List.of());
	}

	/**
	 * The file that an option names, which can be given only once.
	 */
	@Nullable Path file(String option) {
		return has(option) ? files(option).get(0) : null;
	}

	boolean has(String option) {
		return this.given.containsKey(option);
	}

	private void option(String arg, Deque<String> left) {
		int equals = arg.indexOf('=');
		String name = (equals < 0) ? arg : arg.substring(0, equals);
		switch (name) {
			case "--public-key", "--bundle", "--seal" -> addFile(name, arg, left);
			case "--bundle-key-file", "--bundle-passphrase-file" -> {
				require(!has(name), name + " can be given only once.");
				addFile(name, arg, left);
			}
			case "--json", "--html", "--print-public-keys", "--help", "-h" -> {
				this.given.put(name.equals("-h") ? "--help" : name, List.of());
				require(!has("--json") || !has("--html"), "Only one of --json and --html can be given.");
				require(equals < 0, name + " takes no value.");
			}
			default -> throw fault("There is no option " + name + ".");
		}
	}

	private void addFile(String name, String arg, Deque<String> left) {
		String value = arg.equals(name) ? left.poll() : arg.substring(name.length() + 1);
		if (value == null || value.isEmpty()) {
			throw fault(name + " needs the name of a file.");
		}
		this.given.computeIfAbsent(name, (key) -> new ArrayList<>()).add(path(value));
	}

	private void check() {
		require(!has("--bundle-key-file") || !has("--bundle-passphrase-file"),
				"Only one of --bundle-key-file and --bundle-passphrase-file can be given.");
		require(has("--bundle") || (!has("--bundle-key-file") && !has("--bundle-passphrase-file")),
				"A bundle's key was given but no bundle: add --bundle FILE.");
		require(!this.logs.isEmpty() || has("--print-public-keys"), "Name the log files to verify.");
		require(has("--bundle") || has("--public-key") || !has("--print-public-keys"),
				"Name the bundle whose public keys to print: --bundle FILE.");
	}

	private static Path path(String text) {
		require(!text.isEmpty(), "The name of a file is empty.");
		try {
			return Path.of(text);
		}
		catch (InvalidPathException ex) {
			throw new VerifierException("This cannot be the name of a file: " + text);
		}
	}

	private static void require(boolean condition, String advice) {
		if (!condition) {
			throw fault(advice);
		}
	}

	private static VerifierException fault(String advice) {
		return new VerifierException(advice + " Try --help.");
	}

}
