package dev.grantex.gemma.sync;

import dev.grantex.gemma.cloud.SyncBatch;

/**
 * Entries that go up at once.
 *
 * @param content the entries
 * @param first the sequence number of the first one
 */
record DueBatch(SyncBatch content, long first) {

	long last() {
		return this.first + this.content.size() - 1;
	}

	int size() {
		return this.content.size();
	}

	boolean holds(long sequence) {
		return sequence >= this.first && sequence <= last();
	}

}
