package dev.grantex.gemma.sync;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * Makes the upload calls of all chains: at the pace the service allows, and in batches
 * that get through.
 */
final class SyncCalls {

	private final CycleClient client;

	private final UploadPace pace;

	private final int batchSize;

	private final BatchLimits limits = new BatchLimits();

	/**
	 * Creates the calls.
	 * @param batchSize how many entries go up at once, unless there are more: then the
	 * largest batches make the fewest calls
	 */
	SyncCalls(CycleClient client, UploadPace pace, int batchSize) {
		this.client = client;
		this.pace = pace;
		this.batchSize = batchSize;
	}

	/**
	 * Begins a cycle.
	 */
	void nextCycle() {
		this.limits.nextCycle();
	}

	/**
	 * The next batch, if uploads may be made now.
	 * @param due how many entries are due
	 * @param most how many the batch may hold
	 * @throws UploadPausedException if that must wait
	 */
	DueBatch next(DueEntries entries, Destination destination, long due, int most) {
		this.client.requireUploads();
		this.pace.require();
		int wanted = (due > this.batchSize) ? this.limits.entries() : Math.min(this.batchSize, this.limits.entries());
		return entries.nextBatch(destination, Math.min(wanted, most), this.limits.bytes());
	}

	/**
	 * Uploads a batch.
	 * @throws UploadPausedException if that must wait
	 * @throws PartlyAcceptedException if the service did not take all of it
	 */
	SyncResponse send(DueBatch batch, Destination destination) {
		this.client.requireUploads();
		this.pace.acquire();
		try {
			SyncResponse response = this.client.syncAudit(batch.content(), destination.syncEndpoint());
			if (response.accepted() != batch.size()) {
				throw new PartlyAcceptedException();
			}
			return response;
		}
		catch (ApiUnreachableException ex) {
			if (ex.reason() == ApiUnreachableException.Reason.TIMEOUT
					|| ex.reason() == ApiUnreachableException.Reason.CONNECTION_LOST) {
				this.limits.halve(batch.content());
			}
			throw ex;
		}
	}

	/**
	 * Takes note that a batch was too large.
	 */
	void tooLarge(DueBatch batch) {
		this.limits.halve(batch.content());
	}

	/**
	 * Whether the service says, asked for nothing else, that it does not know a bundle.
	 * That an upload is not taken may have other causes.
	 */
	boolean isUnknown(Destination destination) {
		try {
			accepted(destination);
			return false;
		}
		catch (GrantexAuthException ex) {
			return ChainUpload.isUnknownBundle(ex);
		}
		catch (GrantexGemmaException ex) {
			return false;
		}
	}

	/**
	 * How many entries of a chain the service has.
	 */
	long accepted(Destination destination) {
		return this.client.bundle(destination.bundleId()).auditEntryCount();
	}

}
