package dev.grantex.gemma.sync;

import java.util.stream.Stream;

import dev.grantex.gemma.audit.ProvablePrefix;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * What can still be proven of a chain whose log does not open any more. Nothing of it is
 * changed, so the position is only known while it is delivered.
 */
final class PrefixEntries implements ChainEntries, AutoCloseable {

	private final ProvablePrefix prefix;

	private final long head;

	private long position;

	/**
	 * Takes over a prefix, which is closed if that fails.
	 * @param accepted up to where the service has the chain
	 */
	PrefixEntries(ProvablePrefix prefix, long accepted) {
		this.prefix = prefix;
		this.position = accepted;
		try {
			this.head = lastFrom(accepted + 1);
		}
		catch (RuntimeException ex) {
			prefix.close();
			throw ex;
		}
	}

	private long lastFrom(long from) {
		if (from < this.prefix.firstSequence()) {
			return from - 1;
		}
		try (Stream<SignedAuditEntry> entries = this.prefix.read(from)) {
			return from - 1 + entries.count();
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
		return this.prefix.firstSequence();
	}

	@Override
	public Stream<SignedAuditEntry> read(long from) {
		return this.prefix.read(from).map(this.prefix::resign);
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
		throw new IllegalStateException("A log that does not open is not refreshed");
	}

	@Override
	public void markRefreshed() {
	}

	@Override
	public long nextSequence() {
		return this.head + 1;
	}

	@Override
	public void close() {
		this.prefix.close();
	}

}
