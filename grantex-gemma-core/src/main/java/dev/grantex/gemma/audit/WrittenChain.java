package dev.grantex.gemma.audit;

import java.io.IOException;
import java.util.List;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What stands of an open chain in its files, as far as it was acknowledged: where it
 * ends, how much it holds, and which calls are under way.
 * <p>
 * Looking at the end and the size is safe for several threads; the rest is for the one
 * that has the turn.
 */
final class WrittenChain {

	private static final Log logger = LogFactory.getLog(WrittenChain.class);

	private final LogFiles files;

	private final OpenIntents intents = new OpenIntents();

	private volatile LogEnd end;

	private volatile LogRoom.Size size;

	private volatile long openFrom;

	/** Where the chain ended when its file was written again. */
	private volatile long rewritten = -1;

	WrittenChain(LogFiles files) {
		this.files = files;
		this.end = files.end();
		this.size = files.size();
		this.openFrom = files.openFrom();
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
	LogRoom.Size size() {
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
		AppendFile file = this.files.current().get();
		if (file != null && file.placed().wasReplaced()) {
			this.rewritten = this.end.head().sequence();
		}
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
		this.openFrom = this.files.openFrom();
	}

	/**
	 * The first sequence number that is in the open file, or the highest number if none
	 * is.
	 */
	long openFrom() {
		return this.openFrom;
	}

	/**
	 * Whether the last write may be incomplete.
	 */
	boolean isFailed() {
		return this.files.current().isFailed();
	}

	/**
	 * Whether the file that the present one was written again for, because it was gone,
	 * could come back unnoticed, as far as the chain is sealed.
	 * @param sealed the last entry that is sealed
	 */
	boolean isUndone(long sealed) {
		return sealed <= this.rewritten;
	}

	/**
	 * Saves what would be gone once the files are closed.
	 */
	void saveDisplaced() {
		try {
			this.files.current().saveDisplaced();
		}
		catch (IOException | RuntimeException ex) {
			logger.error("What the audit log held could not be saved", ex);
		}
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
	 * that can be relied on now. That of a file in whose place another one lies can: so
	 * that one is never taken for the chain's.
	 */
	SealRecord sealed(SealRecord statement) throws IOException {
		CurrentFile current = this.files.current();
		if (current.isDisplaced()) {
			current.forceDisplaced();
		}
		else if (isFailed()) {
			return statement;
		}
		else {
			force();
		}
		return statement.withEnd(this.files.end(), this.intents.oldest());
	}

}
