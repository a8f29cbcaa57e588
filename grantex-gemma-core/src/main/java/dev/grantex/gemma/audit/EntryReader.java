package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.MalformedLineException;

/**
 * Reads the entries of a chain from one on out of its lines.
 */
final class EntryReader {

	private final FileLines lines;

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
	EntryReader(FileLines lines, long from) {
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
		return this.lines.stream(() -> {
			if (this.expected > last) {
				return null;
			}
			SignedAuditEntry entry = parse(this.lines.next());
			if (entry == null || entry.seq() != this.expected) {
				onDamage.accept(this.expected);
				throw AuditLogException.corrupted();
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
		return this.lines.stream(() -> {
			if (this.ended) {
				return null;
			}
			guard.run();
			return Uninterrupted.get(() -> {
				SignedAuditEntry entry = nextProvable(own);
				this.ended = entry == null;
				return entry;
			});
		}).onClose(() -> this.ended = true);
	}

	private @Nullable SignedAuditEntry nextProvable(Predicate<SignedAuditEntry> own) {
		try {
			String line = this.lines.read();
			SignedAuditEntry entry = parse(line);
			while (this.seeking && line != null && (entry == null || entry.seq() < this.expected)) {
				noteBefore(entry, own);
				line = this.lines.read();
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
		catch (IOException ex) {
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

}
