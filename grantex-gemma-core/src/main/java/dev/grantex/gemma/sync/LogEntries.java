package dev.grantex.gemma.sync;

import java.util.stream.Stream;

import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The entries of a log that is open. They are signed again as they go out: the service
 * verifies with the present key only, and the signature is not part of the chain.
 *
 * @param log the log
 */
record LogEntries(OfflineAuditLog log) implements ChainEntries {

	@Override
	public long position() {
		return this.log.synchronizedThrough();
	}

	@Override
	public long head() {
		return this.log.headSequence();
	}

	@Override
	public long firstSequence() {
		return this.log.firstSequence();
	}

	@Override
	public Stream<SignedAuditEntry> read(long from) {
		return this.log.read(from).map(this.log::resign);
	}

	@Override
	public void markAccepted(long sequence) {
		this.log.markSynchronized(sequence);
	}

	@Override
	public boolean isRefreshable() {
		return true;
	}

	@Override
	public void markRefreshPending(boolean pending) {
		if (this.log.sealed().isRefreshPending() != pending) {
			this.log.sealed().markRefreshPending(pending);
		}
	}

	@Override
	public long refresh(ConsentBundle refreshed) {
		return this.log.refresh(refreshed);
	}

	@Override
	public void markRefreshed() {
		this.log.sealed().markRefreshed();
	}

	@Override
	public long nextSequence() {
		return this.log.nextSequence();
	}

}
