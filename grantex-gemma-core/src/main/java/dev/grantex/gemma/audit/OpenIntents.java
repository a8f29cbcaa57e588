package dev.grantex.gemma.audit;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.ReadLine;

/**
 * The {@code started} entries whose calls have no outcome yet. An outcome names its
 * {@code started} entry in the metadata's member {@value #MEMBER}.
 * <p>
 * Not safe for use by several threads at once.
 */
public final class OpenIntents {

	private static final Log logger = LogFactory.getLog(OpenIntents.class);

	public static final String MEMBER = "intent";

	static final String STARTED = "started";

	/**
	 * More than are ever under way at once: older ones were left open for good, and must
	 * neither fill the memory nor make a start read the log from there on.
	 */
	private static final int MAX_OPEN = 20_000;

	private static final int MAX_REPORTED = 10;

	private final TreeSet<Long> open = new TreeSet<>();

	/**
	 * Takes an entry into account that was found in the chain.
	 */
	void note(SignedAuditEntry entry) {
		note(entry.seq(), entry.result(), entry.metadata());
	}

	/**
	 * Takes an entry into account that is appended.
	 * @return whether that changed something
	 */
	boolean note(long sequence, EntryDraft entry) {
		return note(sequence, entry.result(), entry.metadata());
	}

	/**
	 * Takes back what an entry that is not appended after all has changed.
	 */
	void undo(long sequence, EntryDraft entry) {
		Map<String, Object> metadata = entry.metadata();
		if (STARTED.equals(entry.result())) {
			this.open.remove(sequence);
		}
		else if (metadata != null && metadata.get(MEMBER) instanceof Number ended) {
			this.open.add(ended.longValue());
		}
	}

	private boolean note(long sequence, String result, @Nullable Map<String, Object> metadata) {
		if (STARTED.equals(result)) {
			this.open.add(sequence);
			if (this.open.size() > MAX_OPEN) {
				this.open.pollFirst();
			}
			return true;
		}
		return metadata != null && metadata.get(MEMBER) instanceof Number ended && this.open.remove(ended.longValue());
	}

	/**
	 * The oldest one, 0 if there is none.
	 */
	long oldest() {
		return this.open.isEmpty() ? 0 : this.open.first();
	}

	SortedSet<Long> all() {
		return Collections.unmodifiableSortedSet(new TreeSet<>(this.open));
	}

	/**
	 * The calls that were under way when the process before ended. They are told of
	 * before the seal forgets them.
	 */
	record Recalled(OpenIntents unfinished) implements AuditStore.Recollection {

		@Override
		public void line(ReadLine line) {
			this.unfinished.note(EntryCodec.entry(line));
		}

		@Override
		public void end(List<Long> damages) {
			damages.forEach((sequence) -> logger.warn(new LogDamage(sequence, true).describe()));
			SortedSet<Long> calls = this.unfinished.all();
			if (!calls.isEmpty()) {
				logger.warn("The last process ended during calls that it had begun: of " + calls.size()
						+ " entries there is no outcome, such as of " + calls.stream().limit(MAX_REPORTED).toList());
			}
		}

	}

}
