package dev.grantex.gemma.audit.store.memory;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import dev.grantex.gemma.audit.store.AuditStore;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainView;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.Line;
import dev.grantex.gemma.audit.store.Linking;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * An open chain in memory. One line after the other is placed and signed. The chain's
 * lock is taken before the store's.
 */
final class MemoryChain implements StoredChain {

	private final MemoryStore store;

	private final MemoryStore.Kept kept;

	private final ChainCodec codec;

	private volatile @Nullable Fault fault;

	MemoryChain(MemoryStore store, MemoryStore.Kept kept, ChainCodec codec) {
		this.store = store;
		this.kept = kept;
		this.codec = codec;
	}

	void begin(boolean onlyToRead, AuditStore.Recollection recalled) {
		Checkpoint found = this.kept.checkpoint;
		boolean holds = found.damagedAt() <= found.synchronizedThrough() || this.kept.lines.stream()
			.skip(found.synchronizedThrough())
			.allMatch((line) -> this.codec.read(line).filter(ReadLine::isSigned).isPresent());
		if (!holds) {
			throw StoreException.corrupted();
		}
		if (found.oldestIntent() > 0) {
			this.kept.lines.stream()
				.skip(found.oldestIntent() - 1)
				.forEach((line) -> this.codec.read(line).ifPresent(recalled::line));
		}
		recalled.end(List.of());
		if (this.codec.hasSigner() && !onlyToRead) {
			change((checkpoint) -> checkpoint.withHead(checkpoint.head(), 0).withClosed(false).withDamagedAt(0));
		}
	}

	@Override
	public Head head() {
		return this.kept.checkpoint.head();
	}

	@Override
	public Checkpoint checkpoint() {
		return this.kept.checkpoint;
	}

	@Override
	public List<Long> damages() {
		return List.of();
	}

	@Override
	public @Nullable StoreException fault() {
		Fault known = this.fault;
		return (known != null) ? new StoreException(known, null) : null;
	}

	@Override
	public @Nullable StoreException obstacle() {
		return fault();
	}

	@Override
	public boolean isWritable() {
		return this.fault == null;
	}

	@Override
	public void requireWritable() {
		StoreException known = fault();
		if (known != null) {
			throw known;
		}
	}

	@Override
	public synchronized boolean append(Linking linking, Set<AppendOption> options) {
		requireWritable();
		Line line = linking.after(head());
		if (line == null) {
			return false;
		}
		try {
			this.kept.lines.add(new String(line.bytes(), StandardCharsets.UTF_8).stripTrailing());
		}
		catch (RuntimeException | Error ex) {
			linking.undone();
			throw ex;
		}
		this.kept.checkpoint = this.kept.checkpoint.withHead(line.head(), line.oldestIntent()).withClosed(false);
		return true;
	}

	@Override
	public synchronized long rekey(Runnable change) {
		change.run();
		return head().sequence() + 1;
	}

	@Override
	public synchronized void change(UnaryOperator<Checkpoint> change) {
		requireOpen();
		Checkpoint before = this.kept.checkpoint;
		this.kept.checkpoint = change.apply(before).withClockFloor(this.codec.clockFloor(before.clockFloor()));
	}

	@Override
	public void reseal(UnaryOperator<Checkpoint> change) {
		change(change);
	}

	@Override
	public synchronized void touch() {
		if (this.fault != Fault.CLOSED && this.codec.hasSigner()) {
			change(UnaryOperator.identity());
		}
	}

	@Override
	public synchronized void condemn(long sequence) {
		change((checkpoint) -> checkpoint.withDamagedAt(sequence));
		this.fault = Fault.CORRUPTED;
	}

	@Override
	public boolean holds(long sequence) {
		return false;
	}

	@Override
	public synchronized ChainView view() {
		requireOpen();
		return new MemoryLines.View(List.copyOf(this.kept.lines), head());
	}

	@Override
	public void requireUndelivered() {
		requireOpen();
	}

	@Override
	public void sweep() {
		// All lines are kept.
	}

	@Override
	public void noteAccepted(Map<String, Long> accepted) {
		// All lines are kept.
	}

	@Override
	public void forget(Predicate<String> stored) {
		this.store.forget(stored);
	}

	@Override
	public void leave() {
		requireOpen();
		this.store.leave(this.kept);
	}

	@Override
	public synchronized void close() {
		if (this.fault != Fault.CLOSED) {
			if (this.codec.hasSigner()) {
				change((checkpoint) -> checkpoint.withClosed(true));
			}
			this.fault = Fault.CLOSED;
			this.store.release(this.kept);
		}
	}

	private void requireOpen() {
		if (this.fault == Fault.CLOSED) {
			throw StoreException.closed();
		}
	}

}
