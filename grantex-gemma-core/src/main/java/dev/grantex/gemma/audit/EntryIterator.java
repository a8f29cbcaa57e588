package dev.grantex.gemma.audit;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.grantex.gemma.audit.json.MalformedLineException;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a range of a chain, which must all be there.
 */
final class EntryIterator implements Iterator<SignedAuditEntry> {

	private final SegmentLines lines;

	private final long last;

	private final LongConsumer onDamage;

	private long next;

	/**
	 * Creates the iterator.
	 * @param onDamage told the sequence number of an entry that is not there as it should
	 * be
	 */
	EntryIterator(SegmentLines lines, long first, long last, LongConsumer onDamage) {
		this.lines = lines;
		this.next = first;
		this.last = last;
		this.onDamage = onDamage;
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
		SignedAuditEntry entry = parse();
		if (entry == null || entry.seq() != this.next) {
			this.onDamage.accept(this.next);
			throw AuditLogException.corrupted();
		}
		this.next++;
		return entry;
	}

	private @Nullable SignedAuditEntry parse() {
		try {
			return this.lines.hasNext() ? WireForm.parse(this.lines.next()) : null;
		}
		catch (MalformedLineException ex) {
			return null;
		}
	}

}
