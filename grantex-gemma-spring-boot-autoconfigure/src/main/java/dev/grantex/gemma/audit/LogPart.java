package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Consecutive lines of a file that belong to one chain: usually the whole file.
 *
 * @param file the file
 * @param identity what tells the file from another under the same path, where the file
 * system knows
 * @param name the file's name as it is reported
 * @param offset where the lines begin
 * @param length how many bytes they have
 * @param firstLine the number of the first line, from 1
 * @param lines how many lines there are
 * @param chain the chain
 * @param firstSequence the sequence number that the first entry claims
 * @param lastSequence the sequence number that the last entry claims
 */
record LogPart(Path file, @Nullable Object identity, String name, long offset, long length, long firstLine, long lines,
		ChainKey chain, long firstSequence, long lastSequence) {

	/**
	 * Opens the lines.
	 */
	LineReader open() throws IOException {
		SeekableByteChannel channel = Files.newByteChannel(this.file);
		try {
			return new LineReader(Channels.newInputStream(channel.position(this.offset)), this.length);
		}
		catch (IOException | RuntimeException ex) {
			channel.close();
			throw ex;
		}
	}

}
