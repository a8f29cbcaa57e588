package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;

import dev.grantex.gemma.audit.store.file.LineReader;

/**
 * A log file as an auditor gives it, perhaps while an application writes to it.
 *
 * @param identity what tells the file from another that gets its name
 */
record GivenLog(Path file, Object identity) {

	private static final int MAX_PEEK = 8 * 1024 * 1024;

	static GivenLog of(Path file) {
		GivenLog log = new GivenLog(file, identify(file));
		AlteredCopy.refuseAsLog(file, GivenFile.read(file, AlteredCopy.LOOKED_AT));
		return log;
	}

	private static Object identify(Path file) {
		return GivenFile.reading(file, () -> {
			Path real = file.toRealPath();
			BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
			if (!attributes.isRegularFile()) {
				throw new VerifierException(
						file + (attributes.isDirectory() ? " is a directory: name the log files in it."
								: " is not a regular file: copy the log into one."));
			}
			return Objects.requireNonNullElse(attributes.fileKey(), real);
		});
	}

	String name() {
		return this.file.toString();
	}

	/**
	 * The chain of the first entry, if there is one near the beginning.
	 */
	Optional<ChainKey> firstChain() {
		return GivenFile.reading(this.file, () -> {
			try (LineReader lines = lines(0, MAX_PEEK)) {
				for (String line = lines.read(); line != null; line = lines.read()) {
					LoggedEntry entry = LoggedEntry.read(line);
					if (entry != null) {
						return Optional.of(ChainKey.of(entry));
					}
				}
				return Optional.empty();
			}
		});
	}

	/**
	 * Opens the lines between two positions in the file.
	 */
	LineReader lines(long from, long to) throws IOException {
		SeekableByteChannel channel = GivenFile.open(this.file);
		try {
			return new LineReader(Channels.newInputStream(channel.position(from)), to - from);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * Checks that the name still stands for the same file, which it does not after an
	 * application went on to another.
	 */
	void requireSame() {
		if (!identify(this.file).equals(this.identity)) {
			throw changed();
		}
	}

	VerifierException changed() {
		return new VerifierException(name() + " changed while it was read. "
				+ "Verify copies of the files, or try again while nothing writes to them.");
	}

}
