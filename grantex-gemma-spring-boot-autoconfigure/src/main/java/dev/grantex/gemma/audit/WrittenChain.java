package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.List;

/**
 * What stands of an open chain in its files, as far as it was acknowledged: where it
 * ends, how much it holds, and which calls are under way.
 * <p>
 * Looking at the end and the size is safe for several threads; the rest is for the one
 * that has the turn.
 */
final class WrittenChain {

	private final LogFiles files;

	private final OpenIntents intents = new OpenIntents();

	private volatile LogEnd end;

	private volatile LogSize size;

	WrittenChain(LogFiles files) {
		this.files = files;
		this.end = files.end();
		this.size = files.size();
	}

	/**
	 * Where the chain ends.
	 */
	LogEnd end() {
		return this.end;
	}

	/**
	 * How much the files hold.
	 */
	LogSize size() {
		return this.size;
	}

	/**
	 * How many bytes can be written at once.
	 * @param first the length of the next line, for which there always is room
	 */
	long room(int first) {
		return this.files.room(first);
	}

	/**
	 * Writes entries that are to be acknowledged.
	 * @throws IOException if they may not have been written, or not been forced
	 */
	LogEnd write(List<PendingEntry> group) throws IOException {
		return this.files.write(group);
	}

	/**
	 * Acknowledges entries that were written.
	 */
	void acknowledge(List<PendingEntry> group) {
		this.end = this.files.end();
		measure();
		for (PendingEntry entry : group) {
			this.intents.note(entry.head().sequence(), entry.draft());
			entry.succeed();
		}
	}

	/**
	 * Takes note of how much the files hold after something else was done with them.
	 */
	void measure() {
		this.size = this.files.size();
	}

	/**
	 * Whether the last write may be incomplete.
	 */
	boolean isFailed() {
		return this.files.isFailed();
	}

	void force() throws IOException {
		this.files.force();
	}

	/**
	 * Makes the files hold what was acknowledged, durably.
	 */
	void recover() throws IOException {
		this.files.recover();
		this.files.force();
	}

	/**
	 * The statement of a seal brought up to date, after what it covers was forced, if
	 * that can be relied on now.
	 */
	SealRecord sealed(SealRecord statement) throws IOException {
		if (isFailed()) {
			return statement;
		}
		force();
		return statement.withEnd(this.files.end(), this.intents.oldest());
	}

}
