package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

import dev.grantex.gemma.audit.LineReader;
import dev.grantex.gemma.audit.LoggedEntry;

/**
 * A log file as an auditor gives it, perhaps while an application writes to it.
 *
 * @param file the file
 * @param name the file's name as it is reported
 * @param identity what tells the file from another that gets its name
 */
record GivenLog(Path file, String name, Object identity) {

	private static final int MAX_PEEK = 8 * 1024 * 1024;

	/**
	 * Looks at a file.
	 * @throws VerifierException if it cannot be read, or was packed or converted
	 */
	static GivenLog of(Path file) {
		GivenLog log = identify(file);
		try (InputStream in = SmallFile.open(file)) {
			AlteredCopy.ofLog(in.readNBytes(AlteredCopy.LOOKED_AT)).ifPresent((what) -> {
				throw new VerifierException(file + " " + what);
			});
			return log;
		}
		catch (IOException ex) {
			throw SmallFile.unreadable(file, ex);
		}
	}

	private static GivenLog identify(Path file) {
		try {
			Path real = file.toRealPath();
			BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
			if (!attributes.isRegularFile()) {
				throw new VerifierException(
						file + (attributes.isDirectory() ? " is a directory: name the log files in it."
								: " is not a regular file: copy the log into one."));
			}
			return new GivenLog(file, file.toString(), Objects.requireNonNullElse(attributes.fileKey(), real));
		}
		catch (IOException ex) {
			throw SmallFile.unreadable(file, ex);
		}
	}

	/**
	 * The chain of the first entry, if there is one near the beginning.
	 * @throws VerifierException if the file cannot be read
	 */
	Optional<ChainKey> firstChain() {
		try (LineReader lines = new LineReader(SmallFile.open(this.file), MAX_PEEK)) {
			for (String line = lines.read(); line != null; line = lines.read()) {
				LoggedEntry entry = LoggedEntry.read(line);
				if (entry != null) {
					return Optional.of(ChainKey.of(entry));
				}
			}
			return Optional.empty();
		}
		catch (IOException ex) {
			throw SmallFile.unreadable(this.file, ex);
		}
	}

	/**
	 * Checks that the name still stands for the same file, which it does not after an
	 * application went on to another.
	 * @throws VerifierException if it does not
	 */
	void requireSame() {
		if (!identify(this.file).identity().equals(this.identity)) {
			throw changed();
		}
	}

	VerifierException changed() {
		return new VerifierException(this.name + " changed while it was read. "
				+ "Verify copies of the files, or try again while nothing writes to them.");
	}

}
