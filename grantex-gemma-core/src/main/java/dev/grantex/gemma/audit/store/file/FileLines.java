package dev.grantex.gemma.audit.store.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredLines;
import dev.grantex.gemma.file.Uninterrupted;

/**
 * The lines of a chain's files as they were at a moment, opened one after the other.
 */
final class FileLines implements StoredLines {

	/**
	 * Opens the file that begins with an entry, under whatever name it has by then.
	 */
	interface Source {

		InputStream open(long firstSequence) throws IOException;

		/**
		 * Told that the disk did not give what the file holds.
		 */
		default void unreadable(long firstSequence, IOException cause) {
		}

	}

	private final Source source;

	private final List<Long> files;

	private final long endOfLast;

	private final long from;

	/** Whether an interruption of the thread waits until a line was read. */
	private boolean patient;

	private int next;

	/** That of the next line, until the first one wanted was come to. */
	private long sequence;

	private @Nullable LineReader reader;

	/**
	 * Creates the lines.
	 * @param files the first sequence numbers of the files, in order
	 * @param endOfLast how many bytes of the last file count
	 * @param from the sequence number of the first line wanted, 0 for all lines there are
	 */
	FileLines(Source source, Collection<Long> files, long endOfLast, long from) {
		this.source = source;
		this.files = List.copyOf(files);
		this.endOfLast = endOfLast;
		this.from = from;
		while (this.next + 1 < this.files.size() && this.files.get(this.next + 1) <= from) {
			this.next++;
		}
	}

	/**
	 * All lines of files that nobody writes. One that is gone by then is left out.
	 * @param files the files by their first sequence numbers
	 */
	static FileLines of(NavigableMap<Long, Path> files) {
		FileLines lines = new FileLines((first) -> {
			try {
				return PrivateFiles.read(files.get(first));
			}
			catch (NoSuchFileException ex) {
				return InputStream.nullInputStream();
			}
		}, files.keySet(), Long.MAX_VALUE, 0);
		lines.patient = true;
		return lines;
	}

	@Override
	public @Nullable String next() {
		return this.patient ? Uninterrupted.get(this::nextLine) : nextLine();
	}

	private @Nullable String nextLine() {
		try {
			for (LineReader open = open(); open != null; open = open()) {
				String line = read(open);
				if (line != null) {
					return line;
				}
				close();
			}
			return null;
		}
		catch (IOException ex) {
			close();
			throw (ex instanceof NoSuchFileException) ? StoreException.missing() : StoreException.unreadable(ex);
		}
	}

	/**
	 * The next line, or nothing if there is none, or it is none of a chain.
	 */
	Optional<ReadLine> next(ChainCodec codec) {
		String line = next();
		return (line != null) ? codec.read(line) : Optional.empty();
	}

	@Override
	public boolean isTerminated() {
		return this.reader != null && this.reader.isTerminated();
	}

	@Override
	public void close() {
		try {
			if (this.reader != null) {
				this.reader.close();
			}
		}
		catch (IOException ex) {
			// Nothing was written that closing could lose.
		}
		this.reader = null;
	}

	private @Nullable LineReader open() throws IOException {
		if (this.reader == null && this.next < this.files.size()) {
			this.sequence = this.files.get(this.next);
			this.next++;
			boolean last = this.next == this.files.size();
			this.reader = new LineReader(this.source.open(this.sequence), last ? this.endOfLast : Long.MAX_VALUE);
		}
		return this.reader;
	}

	private @Nullable String read(LineReader open) throws IOException {
		try {
			while (this.sequence < this.from && open.skip()) {
				this.sequence++;
			}
			return open.read();
		}
		catch (ClosedChannelException ex) {
			// The thread was interrupted.
			throw ex;
		}
		catch (IOException ex) {
			this.source.unreadable(this.files.get(this.next - 1), ex);
			throw ex;
		}
	}

}
