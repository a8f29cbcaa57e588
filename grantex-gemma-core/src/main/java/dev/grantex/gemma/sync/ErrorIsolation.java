package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.Set;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.SyncBatch;

/**
 * Finds the entry that the service fails to process, if uploads fail in the same place
 * over cycles while the service answers otherwise. An outage must never be taken for
 * that: before an entry is held responsible, another one has to pass.
 */
final class ErrorIsolation {

	/** What the service itself answers, and a proxy before it hardly ever does. */
	private static final Set<Integer> OWN_ERRORS = Set.of(413, 500);

	/** How long an entry must fail while another one passes. */
	private static final Duration COMPARED = Duration.ofHours(1);

	/** How long an entry must fail that there is no other one to compare with. */
	private static final Duration UNCOMPARED = Duration.ofHours(24);

	private final SyncCalls calls;

	private final ServerErrors memory;

	private final UploadedChain chain;

	/** Of the smallest batch that failed, while the entry is being looked for. */
	private long suspectedThrough;

	private int most = SyncBatch.MAX_ENTRIES;

	ErrorIsolation(SyncCalls calls, ServerErrors memory, UploadedChain chain) {
		this.calls = calls;
		this.memory = memory;
		this.chain = chain;
	}

	/**
	 * How many entries the next batch may hold.
	 * @param position the last entry that was accepted
	 */
	int most(long position) {
		return this.memory.isAlone(bundleId(), position + 1) ? 1 : this.most;
	}

	void accepted(DueBatch batch) {
		if (batch.last() >= this.suspectedThrough) {
			this.suspectedThrough = 0;
			this.most = SyncBatch.MAX_ENTRIES;
			this.memory.forget(bundleId());
		}
		else {
			// The next cycle goes on looking from here.
			this.memory.note(bundleId(), batch.last() + 1);
		}
	}

	/**
	 * Decides about a failure.
	 * @throws ApiServerErrorException if nothing follows from it now
	 * @throws ChainStrandedException if the entry was found
	 */
	void narrow(ApiServerErrorException error, DueBatch batch) {
		boolean again = this.memory.note(bundleId(), batch.first());
		if (this.suspectedThrough == 0 && !(again && isServiceWorking())) {
			throw error;
		}
		this.suspectedThrough = batch.last();
		if (batch.size() > 1) {
			this.most = batch.size() / 2;
		}
		else if (isCause(batch, error)) {
			this.chain.strand(StrandingReason.ENTRY_REFUSED, batch.first());
			throw new ChainStrandedException(StrandingReason.ENTRY_REFUSED, "server_error");
		}
		else if (this.suspectedThrough > 0) {
			throw error;
		}
	}

	private boolean isServiceWorking() {
		try {
			this.calls.accepted(this.chain.destination());
			return true;
		}
		catch (GrantexGemmaException ex) {
			return false;
		}
	}

	/**
	 * Whether an entry that was refused by itself is to blame for it: another one passes,
	 * this one is refused again, and that does not pass with time if a proxy may have
	 * answered.
	 */
	boolean isCause(DueBatch failed, GrantexAuthException refusal) {
		long before = failed.first() - 1;
		boolean own = OWN_ERRORS.contains(refusal.statusCode());
		if (before < this.chain.entries().firstSequence()) {
			return this.memory.noteAlone(bundleId(), failed.first(), UNCOMPARED) && own && !this.chain.isSuccessor();
		}
		return isTaken(before) && !isTaken(failed, refusal.statusCode())
				&& (this.memory.noteAlone(bundleId(), failed.first(), COMPARED) || own);
	}

	private boolean isTaken(long sequence) {
		try (DueEntries entries = new DueEntries(this.chain.entries(), sequence, sequence)) {
			DueBatch batch = entries.nextBatch(this.chain.destination(), 1, SyncBatch.MAX_BODY_BYTES);
			this.calls.send(batch, this.chain.destination());
			return true;
		}
		catch (GrantexAuthException ex) {
			return false;
		}
	}

	/**
	 * The service may have recovered only just now.
	 */
	private boolean isTaken(DueBatch failed, int status) {
		try {
			this.calls.send(failed, this.chain.destination());
			// It is sent and accepted once more in its turn.
			this.suspectedThrough = 0;
			this.most = SyncBatch.MAX_ENTRIES;
			this.memory.forget(bundleId());
			return true;
		}
		catch (GrantexAuthException ex) {
			return ex.statusCode() != status;
		}
	}

	private String bundleId() {
		return this.chain.destination().bundleId();
	}

}
