package dev.grantex.gemma.audit.verifier;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What the command line of {@link VerifierCommand} asks for.
 */
final class VerifierOptions {

	private static final String TRY_HELP = " Try --help.";

	/**
	 * How the report is written.
	 */
	enum Format {

		TEXT, JSON, HTML

	}

	private final List<Path> logs = new ArrayList<>();

	private final List<Path> publicKeys = new ArrayList<>();

	private final List<Path> bundles = new ArrayList<>();

	private final List<Path> seals = new ArrayList<>();

	private @Nullable Path bundleKeyFile;

	private @Nullable Path bundlePassphraseFile;

	private Format format = Format.TEXT;

	private boolean help;

	private boolean printPublicKeys;

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
		options.check();
		return options;
	}

	List<Path> logs() {
		return this.logs;
	}

	List<Path> publicKeys() {
		return this.publicKeys;
	}

	List<Path> bundles() {
		return this.bundles;
	}

	List<Path> seals() {
		return this.seals;
	}

	@Nullable Path bundleKeyFile() {
		return this.bundleKeyFile;
	}

	@Nullable Path bundlePassphraseFile() {
		return this.bundlePassphraseFile;
	}

	Format format() {
		return this.format;
	}

	boolean isHelp() {
		return this.help;
	}

	boolean isPrintPublicKeys() {
		return this.printPublicKeys;
	}

	private void option(String arg, Deque<String> left) {
		int equals = arg.indexOf('=');
		String name = (equals < 0) ? arg : arg.substring(0, equals);
		if (equals >= 0) {
			left.push(arg.substring(equals + 1));
		}
		int before = left.size();
		switch (name) {
			case "--public-key" -> this.publicKeys.add(value(name, left));
			case "--bundle" -> this.bundles.add(value(name, left));
			case "--seal" -> this.seals.add(value(name, left));
			case "--bundle-key-file" -> this.bundleKeyFile = single(this.bundleKeyFile, name, left);
			case "--bundle-passphrase-file" ->
				this.bundlePassphraseFile = single(this.bundlePassphraseFile, name, left);
			case "--json" -> format(Format.JSON);
			case "--html" -> format(Format.HTML);
			case "--print-public-keys" -> this.printPublicKeys = true;
			case "--help", "-h" -> this.help = true;
			default -> throw new VerifierException("There is no option " + name + "." + TRY_HELP);
		}
		if (equals >= 0 && left.size() == before) {
			throw new VerifierException(name + " takes no value." + TRY_HELP);
		}
	}

	private void format(Format wanted) {
		if (this.format != Format.TEXT && this.format != wanted) {
			throw new VerifierException("Only one of --json and --html can be given." + TRY_HELP);
		}
		this.format = wanted;
	}

	private void check() {
		if (this.help) {
			return;
		}
		if (this.bundleKeyFile != null && this.bundlePassphraseFile != null) {
			throw new VerifierException(
					"Only one of --bundle-key-file and --bundle-passphrase-file can be given." + TRY_HELP);
		}
		if (this.bundles.isEmpty() && (this.bundleKeyFile != null || this.bundlePassphraseFile != null)) {
			throw new VerifierException("A bundle's key was given but no bundle: add --bundle FILE." + TRY_HELP);
		}
		if (this.logs.isEmpty() && !this.printPublicKeys) {
			throw new VerifierException("Name the log files to verify." + TRY_HELP);
		}
		if (this.printPublicKeys && this.bundles.isEmpty() && this.publicKeys.isEmpty()) {
			throw new VerifierException("Name the bundle whose public keys to print: --bundle FILE." + TRY_HELP);
		}
	}

	private static Path single(@Nullable Path present, String name, Deque<String> left) {
		if (present != null) {
			throw new VerifierException(name + " can be given only once." + TRY_HELP);
		}
		return value(name, left);
	}

	private static Path value(String name, Deque<String> left) {
		String value = left.poll();
		if (value == null || value.isEmpty()) {
			throw new VerifierException(name + " needs the name of a file." + TRY_HELP);
		}
		return path(value);
	}

	private static Path path(String text) {
		try {
			if (!text.isEmpty()) {
				return Path.of(text);
			}
		}
		catch (InvalidPathException ex) {
			throw new VerifierException("This cannot be the name of a file: " + text);
		}
		throw new VerifierException("The name of a file is empty." + TRY_HELP);
	}

}
