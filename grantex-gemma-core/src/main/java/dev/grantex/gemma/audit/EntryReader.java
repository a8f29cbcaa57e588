package dev.grantex.gemma.audit;

import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredLines;

/**
 * Reads the entries of a chain from one on out of its lines.
 */
final class EntryReader {

	private final StoredLines lines;

	/** The sequence number that the next entry must have. */
	private long expected;

	/** The hash that it must be linked to, or null if that is not known. */
	private @Nullable String before;

	/** Whether the first entry wanted was not come to yet. */
	private boolean seeking = true;

	private boolean ended;

	/**
	 * Creates the reader.
	 * @param from the first sequence number wanted
	 */
	EntryReader(StoredLines lines, long from) {
		this.lines = lines;
		this.expected = from;
	}

	/**
	 * The entries up to another one, which must all be there; the first line is that of
	 * the first one.
	 * @param onDamage told the sequence number of an entry that is not there as it should
	 * be
	 */
	Stream<SignedAuditEntry> through(long last, LongConsumer onDamage) {
		return stream(this.lines, () -> {
			if (this.expected > last) {
				return null;
			}
			SignedAuditEntry entry = parse(Stored.get(this.lines::next));
			if (entry == null || entry.seq() != this.expected) {
				onDamage.accept(this.expected);
				throw AuditLogException.of(Fault.CORRUPTED);
			}
			this.expected++;
			return entry;
		});
	}

	/**
	 * The entries up to the last one that is beyond doubt, wherever the first one stands.
	 * @param before the hash of the entry before, or null if only that entry tells it
	 * @param own whether an entry is the chain's own beyond doubt
	 * @param guard fails when nothing may be read any more
	 */
	Stream<SignedAuditEntry> provable(@Nullable String before, Predicate<SignedAuditEntry> own, Runnable guard) {
		this.before = before;
		return stream(this.lines, () -> {
			if (this.ended) {
				return null;
			}
			SignedAuditEntry entry = nextProvable(own, guard);
			this.ended = entry == null;
			return entry;
		}).onClose(() -> this.ended = true);
	}

	private @Nullable SignedAuditEntry nextProvable(Predicate<SignedAuditEntry> own, Runnable guard) {
		try {
			guard.run();
			String line = this.lines.next();
			SignedAuditEntry entry = parse(line);
			while (this.seeking && line != null && (entry == null || entry.seq() < this.expected)) {
				noteBefore(entry, own);
				guard.run();
				line = this.lines.next();
				entry = parse(line);
			}
			this.seeking = false;
			if (line == null || entry == null || !isProvable(entry, line, own)) {
				this.lines.close();
				return null;
			}
			this.expected = entry.seq() + 1;
			this.before = entry.hash();
			return entry;
		}
		catch (StoreException ex) {
			this.ended = true;
			this.lines.close();
			throw ProvablePrefix.unreadable(ex);
		}
	}

	/**
	 * Only an entry that is beyond doubt itself says what must come after it.
	 */
	private void noteBefore(@Nullable SignedAuditEntry entry, Predicate<SignedAuditEntry> own) {
		if (entry != null && entry.seq() == this.expected - 1 && own.test(entry)) {
			this.before = entry.hash();
		}
	}

	private boolean isProvable(SignedAuditEntry entry, String line, Predicate<SignedAuditEntry> own) {
		boolean complete = this.lines.isTerminated() && entry.toJson().equals(line);
		boolean linked = entry.seq() == this.expected && (this.before == null || entry.prevHash().equals(this.before));
		return complete && linked && own.test(entry);
	}

	private static @Nullable SignedAuditEntry parse(@Nullable String line) {
		try {
			return (line != null) ? WireForm.parse(line) : null;
		}
		catch (MalformedLineException ex) {
			return null;
		}
	}

	static Stream<String> linesOf(StoredLines lines) {
		return stream(lines, () -> Stored.get(lines::next));
	}

	/**
	 * What is made of lines, until it is null. Closing the stream closes them.
	 */
	private static <T> Stream<T> stream(StoredLines lines, Supplier<@Nullable T> next) {
		return StreamSupport
			.stream(new Spliterators.AbstractSpliterator<T>(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL) {

				@Override
				public boolean tryAdvance(Consumer<? super T> action) {
					T item = next.get();
					if (item != null) {
						action.accept(item);
					}
					return item != null;
				}

			}, false)
			.onClose(lines::close);
	}

}
