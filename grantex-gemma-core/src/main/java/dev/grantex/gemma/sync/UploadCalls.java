package dev.grantex.gemma.sync;

import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.cloud.SyncBatch;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * Makes the upload calls of all chains: at the pace the service allows, and in batches
 * that get through. Something on the way may take less than the service does, or a slow
 * network may not carry a large batch in time: then batches shrink, and grow again
 * slowly.
 */
final class UploadCalls {

	private final CycleClient client;

	private final Pauses pauses;

	/** Unless more entries are due: then the largest batches make the fewest calls. */
	private final int batchSize;

	private int maxEntries = SyncBatch.MAX_ENTRIES;

	private int maxBytes = SyncBatch.MAX_BODY_BYTES;

	private boolean halved;

	UploadCalls(CycleClient client, Pauses pauses, int batchSize) {
		this.client = client;
		this.pauses = pauses;
		this.batchSize = batchSize;
	}

	/**
	 * Begins a cycle: lets batches grow again, if the one before had no need to shrink
	 * them.
	 */
	void nextCycle() {
		if (!this.halved) {
			this.maxEntries = Math.min(SyncBatch.MAX_ENTRIES, this.maxEntries * 2);
			this.maxBytes = Math.min(SyncBatch.MAX_BODY_BYTES, this.maxBytes * 2);
		}
		this.halved = false;
	}

	/**
	 * The next batch, if uploads may be made now.
	 * @param due how many entries are due
	 * @param most how many the batch may hold
	 * @throws CallPausedException if that must wait
	 */
	DueEntries.Batch next(DueEntries entries, long due, int most) {
		this.client.require(Pauses.Limit.UPLOADS);
		this.pauses.requireUpload();
		int wanted = (due > this.batchSize) ? this.maxEntries : Math.min(this.batchSize, this.maxEntries);
		return entries.nextBatch(Math.min(wanted, most), this.maxBytes);
	}

	/**
	 * Uploads a batch.
	 * @throws StepException if the service did not take all of it
	 */
	SyncResponse send(DueEntries.Batch batch, DeliveredChain chain) {
		this.client.require(Pauses.Limit.UPLOADS);
		this.pauses.beginUpload();
		try {
			SyncResponse response = this.client.syncAudit(batch.content(), chain.syncEndpoint());
			if (response.accepted() != batch.size()) {
				throw new StepException("The Grantex API accepted a part of a batch", SyncProblem.Kind.REFUSED,
						"partly_accepted");
			}
			return response;
		}
		catch (ApiUnreachableException ex) {
			if (ex.reason() == ApiUnreachableException.Reason.TIMEOUT
					|| ex.reason() == ApiUnreachableException.Reason.CONNECTION_LOST) {
				halve(batch);
			}
			throw ex;
		}
	}

	void halve(DueEntries.Batch batch) {
		this.maxEntries = Math.max(1, batch.size() / 2);
		this.maxBytes = Math.max(1, batch.content().bodyBytes() / 2);
		this.halved = true;
	}

}
