package dev.grantex.gemma.sync;

import dev.grantex.gemma.cloud.SyncBatch;

/**
 * How large a batch may be on the way to the service. Something on the way may take less
 * than the service does, or a slow network may not carry a large batch in time: then
 * batches shrink, and grow again slowly.
 */
final class BatchLimits {

	private int entries = SyncBatch.MAX_ENTRIES;

	private int bytes = SyncBatch.MAX_BODY_BYTES;

	private boolean halved;

	/**
	 * Lets batches grow again, if the cycle before had no need to shrink them.
	 */
	void nextCycle() {
		if (!this.halved) {
			this.entries = Math.min(SyncBatch.MAX_ENTRIES, this.entries * 2);
			this.bytes = Math.min(SyncBatch.MAX_BODY_BYTES, this.bytes * 2);
		}
		this.halved = false;
	}

	/**
	 * Halves a batch that did not get through.
	 */
	void halve(SyncBatch batch) {
		this.entries = Math.max(1, batch.size() / 2);
		this.bytes = Math.max(1, batch.bodyBytes() / 2);
		this.halved = true;
	}

	int entries() {
		return this.entries;
	}

	int bytes() {
		return this.bytes;
	}

}
