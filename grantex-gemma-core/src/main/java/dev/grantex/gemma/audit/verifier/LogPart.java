package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;

import dev.grantex.gemma.audit.LineReader;

/**
 * Consecutive lines of a file that belong to one chain: usually the whole file.
 *
 * @param log the file
 * @param offset where the lines begin
 * @param length how many bytes they have
 * @param firstLine the number of the first line, from 1
 * @param lines how many lines there are
 * @param chain the chain
 * @param firstSequence the sequence number that the first entry claims
 * @param lastSequence the sequence number that the last entry claims
 */
record LogPart(GivenLog log, long offset, long length, long firstLine, long lines, ChainKey chain, long firstSequence,
		long lastSequence) {

	String name() {
		return this.log.name();
	}

	/**
	 * Opens the lines.
	 */
	LineReader open() throws IOException {
		SeekableByteChannel channel = SmallFile.openChannel(this.log.file());
		try {
			return new LineReader(Channels.newInputStream(channel.position(this.offset)), this.length);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

	/**
	 * Checks that the lines that were read are those that were found at first.
	 * @param read how many lines were read
	 * @throws VerifierException if they are not
	 */
	void requireUnchanged(long read) {
		this.log.requireSame();
		if (read != this.lines) {
			throw this.log.changed();
		}
	}

}
