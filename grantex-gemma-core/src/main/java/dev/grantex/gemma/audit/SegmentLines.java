package dev.grantex.gemma.audit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

/**
 * The lines of a chain's files as they were at a moment, opened one after the other.
 */
final class SegmentLines implements Iterator<String>, Closeable {

	/**
	 * Opens the file that begins with an entry, under whatever name it has by then.
	 */
	interface Source {

		InputStream open(long firstSequence) throws IOException;

	}

	private final Source source;

	private final List<Long> segments;

	private final long endOfLast;

	private final long from;

	private int next;

	private @Nullable LineReader reader;

	private @Nullable String line;

	/**
	 * Creates the iterator.
	 * @param source opens files
	 * @param segments the first sequence numbers of the files
	 * @param endOfLast how many bytes of the last file count
	 * @param from the sequence number of the first line wanted
	 */
	SegmentLines(Source source, List<Long> segments, long endOfLast, long from) {
		this.source = source;
		this.segments = segments;
		this.endOfLast = endOfLast;
		this.from = from;
		while (this.next + 1 < segments.size() && segments.get(this.next + 1) <= from) {
			this.next++;
		}
	}

	Stream<String> stream() {
		Spliterator<String> lines = Spliterators.spliteratorUnknownSize(this,
				Spliterator.ORDERED | Spliterator.NONNULL);
		return StreamSupport.stream(lines, false).onClose(this::close);
	}

	@Override
	public boolean hasNext() {
		try {
			while (this.line == null) {
				if (this.reader == null && !openNext()) {
					return false;
				}
				this.line = (this.reader != null) ? this.reader.read() : null;
				if (this.line == null) {
					close();
				}
			}
			return true;
		}
		catch (IOException ex) {
			close();
			throw (ex instanceof NoSuchFileException) ? AuditLogException.missing() : AuditLogException.unreadable(ex);
		}
	}

	@Override
	public String next() {
		String next = hasNext() ? this.line : null;
		if (next == null) {
			throw new NoSuchElementException();
		}
		this.line = null;
		return next;
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

	private boolean openNext() throws IOException {
		if (this.next == this.segments.size()) {
			return false;
		}
		long first = this.segments.get(this.next);
		this.next++;
		boolean last = this.next == this.segments.size();
		LineReader opened = new LineReader(this.source.open(first), last ? this.endOfLast : Long.MAX_VALUE);
		this.reader = opened;
		for (long sequence = first; sequence < this.from && opened.skip();) {
			sequence++;
		}
		return true;
	}

}
