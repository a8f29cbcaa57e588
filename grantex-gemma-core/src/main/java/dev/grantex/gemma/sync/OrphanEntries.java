package dev.grantex.gemma.sync;

import java.util.stream.Stream;

import dev.grantex.gemma.audit.OrphanedChain;
import dev.grantex.gemma.audit.ProvablePrefix;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The entries of a chain whose bundle is gone. They go out as they are signed, and the
 * position is only known while they are delivered.
 */
final class OrphanEntries implements ChainEntries {

	private final OrphanedChain chain;

	private final ProvablePrefix entries;

	private final long head;

	private long position;

	/**
	 * Creates the entries.
	 * @param accepted up to where the service has the chain
	 */
	OrphanEntries(OrphanedChain chain, ProvablePrefix entries, long accepted) {
		this.chain = chain;
		this.entries = entries;
		this.position = accepted;
		try (Stream<SignedAuditEntry> due = entries.read(accepted + 1)) {
			this.head = (accepted + 1 < entries.firstSequence()) ? accepted : accepted + due.count();
		}
	}

	@Override
	public long position() {
		return this.position;
	}

	@Override
	public long head() {
		return this.head;
	}

	@Override
	public long firstSequence() {
		return this.entries.firstSequence();
	}

	@Override
	public Stream<SignedAuditEntry> read(long from) {
		return this.entries.read(from);
	}

	@Override
	public void markAccepted(long sequence) {
		this.position = sequence;
	}

	@Override
	public boolean isRefreshable() {
		return false;
	}

	@Override
	public void markRefreshPending(boolean pending) {
	}

	@Override
	public long refresh(ConsentBundle refreshed) {
		throw new IllegalStateException("A chain without its bundle is not refreshed");
	}

	@Override
	public void markRefreshed() {
	}

	@Override
	public long nextSequence() {
		return this.head + 1;
	}

}
