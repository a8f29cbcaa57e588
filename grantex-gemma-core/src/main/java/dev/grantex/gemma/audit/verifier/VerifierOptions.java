package dev.grantex.gemma.audit.verifier;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@link VerifierCommand} asks for.
 */
final class VerifierOptions {

	static final String PUBLIC_KEY = "--public-key";

	static final String BUNDLE = "--bundle";

	static final String BUNDLE_KEY_FILE = "--bundle-key-file";

	static final String BUNDLE_PASSPHRASE_FILE = "--bundle-passphrase-file";

	static final String SEAL = "--seal";

	static final String JSON = "--json";

	static final String HTML = "--html";

	static final String PRINT_PUBLIC_KEYS = "--print-public-keys";

	static final String HELP = "--help";

	private final List<Path> logs = new ArrayList<>();

	/** By the option that names them. */
	private final Map<String, List<Path>> files = new HashMap<>();

	private final Set<String> flags = new HashSet<>();

	private VerifierOptions() {
	}

	/**
	 * Reads a command line.
	 * @throws VerifierException if it is not one
	 */
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
		if (!options.has(HELP)) {
			options.check();
		}
		return options;
	}

	List<Path> logs() {
		return this.logs;
	}

	/**
	 * The files that an option names.
	 */
	List<Path> files(String option) {
		return this.files.getOrDefault(option, List.of());
	}

	/**
	 * The file that an option names, which can be given only once.
	 */
	@Nullable Path file(String option) {
		return this.files.containsKey(option) ? files(option).get(0) : null;
	}

	boolean has(String flag) {
		return this.flags.contains(flag);
	}

	private void option(String arg, Deque<String> left) {
		int equals = arg.indexOf('=');
		String name = (equals < 0) ? arg : arg.substring(0, equals);
		switch (name) {
			case PUBLIC_KEY, BUNDLE, SEAL -> addFile(name, arg, left);
			case BUNDLE_KEY_FILE, BUNDLE_PASSPHRASE_FILE -> {
				require(!this.files.containsKey(name), name + " can be given only once.");
				addFile(name, arg, left);
			}
			case JSON, HTML, PRINT_PUBLIC_KEYS, HELP, "-h" -> {
				this.flags.add(name.equals("-h") ? HELP : name);
				require(!has(JSON) || !has(HTML), "Only one of --json and --html can be given.");
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
		this.files.computeIfAbsent(name, (key) -> new ArrayList<>()).add(path(value));
	}

	private void check() {
		boolean keyFile = this.files.containsKey(BUNDLE_KEY_FILE);
		boolean passphraseFile = this.files.containsKey(BUNDLE_PASSPHRASE_FILE);
		boolean bundle = this.files.containsKey(BUNDLE);
		require(!keyFile || !passphraseFile,
				"Only one of --bundle-key-file and --bundle-passphrase-file can be given.");
		require(bundle || (!keyFile && !passphraseFile), "A bundle's key was given but no bundle: add --bundle FILE.");
		require(!this.logs.isEmpty() || has(PRINT_PUBLIC_KEYS), "Name the log files to verify.");
		require(bundle || this.files.containsKey(PUBLIC_KEY) || !has(PRINT_PUBLIC_KEYS),
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
