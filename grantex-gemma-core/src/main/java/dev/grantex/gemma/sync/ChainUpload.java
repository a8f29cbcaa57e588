package dev.grantex.gemma.sync;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.cloud.ApiServerErrorException;
import dev.grantex.gemma.cloud.AuditRejectedException;
import dev.grantex.gemma.cloud.SyncResponse;

/**
 * The delivery of one chain in one cycle: batch by batch from where the service has it,
 * and for each refusal the decision what follows from it.
 */
final class ChainUpload {

	private final SyncCalls calls;

	private final BundleRefresh refresh;

	private final ErrorIsolation errors;

	private final UploadedChain chain;

	private final CycleReport report;

	private long through;

	/** Where the chain ends on the service, once what comes before was delivered. */
	private @Nullable Refusal end;

	private boolean keyRepaired;

	private boolean wentBack;

	ChainUpload(SyncCalls calls, BundleRefresh refresh, ServerErrors serverErrors, UploadedChain chain,
			CycleReport report) {
		this.calls = calls;
		this.refresh = refresh;
		this.errors = new ErrorIsolation(calls, serverErrors, chain);
		this.chain = chain;
		this.report = report;
		this.through = chain.lastDue();
	}

	/**
	 * Delivers the chain as far as it reached when this was created.
	 * @throws UploadPausedException if the rest must wait
	 * @throws GrantexGemmaException if the rest was not delivered
	 */
	void run() {
		while (this.chain.entries().position() < this.through) {
			sendAll();
		}
		Refusal refusal = this.end;
		if (refusal != null) {
			this.chain.strand(refusal.reason(), refusal.sequence());
			throw refusal.failure();
		}
	}

	/**
	 * Reads once and sends until all is delivered or something is refused that can be
	 * helped.
	 */
	private void sendAll() {
		ChainEntries entries = this.chain.entries();
		try (DueEntries due = new DueEntries(entries, entries.position() + 1, this.through)) {
			while (entries.position() < this.through) {
				long left = this.through - entries.position();
				DueBatch batch = this.calls.next(due, this.chain.destination(), left,
						this.errors.most(entries.position()));
				if (!send(batch)) {
					return;
				}
			}
		}
	}

	private boolean send(DueBatch batch) {
		try {
			SyncResponse answer = this.calls.send(batch, this.chain.destination());
			try {
				this.chain.entries().markAccepted(batch.last());
				this.report.accepted(batch.size());
				this.errors.accepted(batch);
				this.chain.confirmKey();
			}
			finally {
				this.chain.accepted(answer);
			}
			return true;
		}
		catch (GrantexAuthException ex) {
			decide(ex, batch);
			return false;
		}
	}

	/**
	 * Decides what follows from a refusal.
	 * @throws GrantexGemmaException if nothing can be done about it in this cycle
	 */
	private void decide(GrantexAuthException refusal, DueBatch batch) {
		if (refusal instanceof ApiServerErrorException error) {
			this.errors.narrow(error, batch);
		}
		else if (refusal instanceof AuditRejectedException rejected) {
			decide(rejected, batch);
		}
		else if (refusal.statusCode() == 413) {
			shrink(refusal, batch);
		}
		else {
			if (isUnknownBundle(refusal) && this.calls.isUnknown(this.chain.destination())) {
				this.chain.unknown();
			}
			else if (BundleRefresh.isWithdrawn(refusal)) {
				this.chain.revoked("GRANT_INACTIVE".equals(refusal.code()));
			}
			throw refusal;
		}
	}

	private void decide(AuditRejectedException rejected, DueBatch batch) {
		if (rejected.isChainConflict()) {
			conflict(rejected, batch);
			return;
		}
		EntryErrors errors = EntryErrors.of(rejected, batch);
		Long refused = errors.firstSequence();
		if (refused == null) {
			throw rejected;
		}
		if (errors.isOfSignature()) {
			repairKey(rejected, refused);
			return;
		}
		this.through = refused - 1;
		this.end = new Refusal(StrandingReason.ENTRY_REFUSED, refused, rejected);
	}

	private void conflict(AuditRejectedException rejected, DueBatch batch) {
		EntryErrors errors = EntryErrors.of(rejected, batch);
		Long forked = errors.forkedAt();
		if (forked != null) {
			this.chain.strand(StrandingReason.FORKED, forked);
			throw rejected;
		}
		long accepted = this.calls.accepted(this.chain.destination());
		if (this.wentBack || accepted >= this.chain.entries().position()) {
			throw rejected;
		}
		this.wentBack = true;
		this.chain.goBackTo(accepted);
	}

	/**
	 * Entries verify locally before they are sent, so it is the key that is another.
	 */
	private void repairKey(AuditRejectedException rejected, long refused) {
		if (!(this.chain instanceof KeyedChain keyed) || this.keyRepaired || !this.refresh.isRepairAllowed(keyed)) {
			throw rejected;
		}
		this.keyRepaired = true;
		boolean current = this.chain.formerBundleId() == null;
		if (current) {
			this.report.refreshBegun();
		}
		this.refresh.repair(keyed, refused);
		if (current) {
			this.report.refreshed();
		}
	}

	private void shrink(GrantexAuthException refusal, DueBatch batch) {
		if (batch.size() == 1) {
			if (!this.errors.isCause(batch, refusal)) {
				throw refusal;
			}
			this.chain.strand(StrandingReason.ENTRY_REFUSED, batch.first());
			throw refusal;
		}
		this.calls.tooLarge(batch);
	}

	/**
	 * Without a code it is a route that is unknown, not a bundle.
	 */
	static boolean isUnknownBundle(GrantexAuthException refusal) {
		return refusal.statusCode() == 404 && refusal.code() != null;
	}

	/**
	 * What the chain will be stranded for.
	 */
	private record Refusal(StrandingReason reason, long sequence, GrantexGemmaException failure) {

	}

}
