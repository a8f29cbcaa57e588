package dev.grantex.gemma.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.grantex.gemma.audit.json.MalformedLineException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a chain from one on, up to the last one that is beyond doubt.
 */
final class ProvableEntries implements Iterator<SignedAuditEntry>, Closeable {

	private final Predicate<SignedAuditEntry> own;

	private final Deque<Path> files;

	private final Runnable guard;

	private @Nullable LineReader reader;

	private @Nullable SignedAuditEntry next;

	/** The sequence number that the next entry must have. */
	private long expected;

	/** The hash that it must be linked to, or null if that is not known. */
	private @Nullable String before;

	/** Whether the first entry wanted was not come to yet. */
	private boolean seeking = true;

	private boolean ended;

	/**
	 * Creates the iterator.
	 * @param own whether an entry is the chain's own beyond doubt
	 * @param files the files that may hold the entries, in order
	 * @param from the first sequence number wanted
	 * @param before the hash of the entry before, or null if it is not known
	 * @param guard fails when nothing may be read any more
	 */
	ProvableEntries(Predicate<SignedAuditEntry> own, Collection<Path> files, long from, @Nullable String before,
			Runnable guard) {
		this.own = own;
		this.files = new ArrayDeque<>(files);
		this.expected = from;
		this.before = before;
		this.guard = guard;
	}

	Stream<SignedAuditEntry> stream() {
		Spliterator<SignedAuditEntry> entries = Spliterators.spliteratorUnknownSize(this,
				Spliterator.ORDERED | Spliterator.NONNULL);
		return StreamSupport.stream(entries, false).onClose(this::close);
	}

	@Override
	public boolean hasNext() {
		while (this.next == null && !this.ended) {
			this.guard.run();
			Uninterrupted.get(() -> {
				advance();
				return this;
			});
		}
		return this.next != null;
	}

	@Override
	public SignedAuditEntry next() {
		SignedAuditEntry entry = hasNext() ? this.next : null;
		if (entry == null) {
			throw new NoSuchElementException();
		}
		this.next = null;
		return entry;
	}

	@Override
	public void close() {
		this.ended = true;
		closeFile();
	}

	private void advance() {
		try {
			String line = line();
			if (line == null) {
				close();
				return;
			}
			SignedAuditEntry entry = parse(line);
			if (this.seeking && (entry == null || entry.seq() < this.expected)) {
				noteBefore(entry);
				return;
			}
			this.seeking = false;
			if (entry != null && isProvable(entry, line)) {
				this.next = entry;
				this.expected = entry.seq() + 1;
				this.before = entry.hash();
			}
			else {
				close();
			}
		}
		catch (IOException ex) {
			close();
			throw ProvablePrefix.unreadable(ex);
		}
	}

	/**
	 * The next line of all files, or null if there is none.
	 */
	private @Nullable String line() throws IOException {
		while (true) {
			if (this.reader == null && !openNext()) {
				return null;
			}
			String line = (this.reader != null) ? this.reader.read() : null;
			if (line != null) {
				return line;
			}
			closeFile();
		}
	}

	private boolean openNext() throws IOException {
		Path file = this.files.poll();
		if (file == null) {
			return false;
		}
		try {
			this.reader = new LineReader(PrivateFiles.read(file), Long.MAX_VALUE);
			return true;
		}
		catch (NoSuchFileException ex) {
			return false;
		}
	}

	private static @Nullable SignedAuditEntry parse(String line) {
		try {
			return WireForm.parse(line);
		}
		catch (MalformedLineException ex) {
			return null;
		}
	}

	/**
	 * Only an entry that is beyond doubt itself says what must come after it.
	 */
	private void noteBefore(@Nullable SignedAuditEntry entry) {
		if (entry != null && entry.seq() == this.expected - 1 && this.own.test(entry)) {
			this.before = entry.hash();
		}
	}

	private boolean isProvable(SignedAuditEntry entry, String line) {
		boolean complete = this.reader != null && this.reader.isTerminated() && entry.toJson().equals(line);
		boolean linked = entry.seq() == this.expected && (this.before == null || entry.prevHash().equals(this.before));
		return complete && linked && this.own.test(entry);
	}

	private void closeFile() {
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

}
