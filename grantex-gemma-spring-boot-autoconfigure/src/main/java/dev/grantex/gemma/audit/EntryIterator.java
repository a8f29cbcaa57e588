package dev.grantex.gemma.audit;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The entries of a range of a chain, which must all be there.
 */
final class EntryIterator implements Iterator<SignedAuditEntry> {

	private final SegmentLines lines;

	private final long last;

	private long next;

	EntryIterator(SegmentLines lines, long first, long last) {
		this.lines = lines;
		this.next = first;
		this.last = last;
	}

	Stream<SignedAuditEntry> stream() {
		Spliterator<SignedAuditEntry> entries = Spliterators.spliteratorUnknownSize(this,
				Spliterator.ORDERED | Spliterator.NONNULL);
		return StreamSupport.stream(entries, false).onClose(this.lines::close);
	}

	@Override
	public boolean hasNext() {
		return this.next <= this.last;
	}

	@Override
	public SignedAuditEntry next() {
		if (!hasNext()) {
			throw new NoSuchElementException();
		}
		if (!this.lines.hasNext()) {
			throw AuditLogException.corrupted();
		}
		SignedAuditEntry entry = parse(this.lines.next());
		if (entry.seq() != this.next) {
			throw AuditLogException.corrupted();
		}
		this.next++;
		return entry;
	}

	private static SignedAuditEntry parse(String line) {
		try {
			return WireForm.parse(line);
		}
		catch (MalformedEntryException ex) {
			throw AuditLogException.corrupted();
		}
	}

}
