package dev.grantex.gemma.audit.store.memory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.AppendOption;
import dev.grantex.gemma.audit.store.AuditStore.Recollection;
import dev.grantex.gemma.audit.store.AuditStore.Role;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainId;
import dev.grantex.gemma.audit.store.ChainSummary;
import dev.grantex.gemma.audit.store.ChainView;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.Line;
import dev.grantex.gemma.audit.store.Linking;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredChain;
import dev.grantex.gemma.audit.store.StoredLines;

/**
 * A chain in memory, from one opening to the next. One line after the other is placed and
 * signed.
 */
final class MemoryChain implements StoredChain {

	private final MemoryStore store;

	private final ChainCodec codec;

	final List<String> lines;

	private volatile Checkpoint checkpoint;

	private volatile Role role;

	private volatile @Nullable Fault fault;

	/**
	 * Begins a chain, which is not open.
	 */
	MemoryChain(MemoryStore store, ChainCodec codec, long clockFloor) {
		this.store = store;
		this.codec = codec;
		this.lines = new ArrayList<>();
		this.checkpoint = Checkpoint.first(Head.GENESIS, Head.GENESIS, clockFloor);
		this.role = Role.FORMER;
		this.fault = Fault.CLOSED;
	}

	/**
	 * Opens what there is of a closed chain.
	 */
	MemoryChain(MemoryChain kept, ChainCodec codec, Role role) {
		this.store = kept.store;
		this.codec = codec;
		this.lines = kept.lines;
		this.checkpoint = kept.checkpoint;
		this.role = role;
	}

	void begin(Recollection recalled) {
		Checkpoint found = this.checkpoint;
		boolean holds = found.damagedAt() <= found.synchronizedThrough() || this.lines.stream()
			.skip(found.synchronizedThrough())
			.allMatch((line) -> this.codec.read(line).filter(ReadLine::isSigned).isPresent());
		if (!holds) {
			throw StoreException.corrupted();
		}
		if (found.oldestIntent() > 0) {
			this.lines.stream()
				.skip(found.oldestIntent() - 1)
				.forEach((line) -> this.codec.read(line).ifPresent(recalled::line));
		}
		recalled.end(List.of());
		if (this.codec.hasSigner() && this.role == Role.CURRENT) {
			change((opened) -> opened.withHead(opened.head(), 0).withClosed(false).withDamagedAt(0));
		}
	}

	boolean isOpen() {
		return this.fault != Fault.CLOSED;
	}

	boolean isCurrent() {
		return isOpen() && this.role == Role.CURRENT;
	}

	/**
	 * What can be seen of a chain with lines that is not open.
	 */
	ChainSummary summary(ChainId id, ChainCodec codec) {
		String author = codec.read(this.lines.get(this.lines.size() - 1)).map(ReadLine::author).orElse(null);
		return new ChainSummary(id.owner(),
				new ChainSummary.Seal(1, id.id(), this.checkpoint.start(), head(), this.checkpoint.isDelivered()),
				List.of(1L), head(), author);
	}

	/**
	 * All lines. The chain is kept from others until they are closed.
	 */
	SavedLines save() {
		return new Snapshot(List.copyOf(this.lines), head(), () -> this.fault = Fault.CLOSED);
	}

	@Override
	public Head head() {
		return this.checkpoint.head();
	}

	@Override
	public Checkpoint checkpoint() {
		return this.checkpoint;
	}

	@Override
	public @Nullable StoreException fault() {
		Fault known = this.fault;
		return (known != null) ? new StoreException(known, null) : null;
	}

	@Override
	public synchronized boolean append(Linking linking, Set<AppendOption> options) {
		requireWritable();
		Line line = linking.after(head());
		if (line == null) {
			return false;
		}
		try {
			this.lines.add(new String(line.bytes(), StandardCharsets.UTF_8).stripTrailing());
		}
		catch (RuntimeException | Error ex) {
			linking.undone();
			throw ex;
		}
		this.checkpoint = this.checkpoint.withHead(line.head(), line.oldestIntent()).withClosed(false);
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
		this.checkpoint = change.apply(this.checkpoint)
			.withClockFloor(this.codec.clockFloor(this.checkpoint.clockFloor()));
	}

	@Override
	public synchronized void touch() {
		if (isOpen() && this.codec.hasSigner()) {
			change(UnaryOperator.identity());
		}
	}

	@Override
	public synchronized void condemn(long sequence) {
		change((whole) -> whole.withDamagedAt(sequence));
		this.fault = Fault.CORRUPTED;
	}

	@Override
	public synchronized ChainView view() {
		requireOpen();
		return new Snapshot(List.copyOf(this.lines), head(), () -> {
		});
	}

	@Override
	public void requireUndelivered() {
		requireOpen();
	}

	@Override
	public void forget(Predicate<String> stored) {
		this.store.forget(stored);
	}

	@Override
	public void leave() {
		requireOpen();
		this.role = Role.FORMER;
	}

	@Override
	public synchronized void close() {
		if (isOpen()) {
			if (this.codec.hasSigner()) {
				change((open) -> open.withClosed(true));
			}
			this.fault = Fault.CLOSED;
		}
	}

	private void requireOpen() {
		if (!isOpen()) {
			throw StoreException.closed();
		}
	}

	/**
	 * All lines as they were at a moment.
	 */
	private record Snapshot(List<String> all, Head head, Runnable onClose) implements ChainView, SavedLines {

		@Override
		public Head start() {
			return Head.GENESIS;
		}

		@Override
		public long first() {
			return 1;
		}

		@Override
		public StoredLines lines(long fromSequence) {
			return new Lines(this.all.stream().skip(Math.max(0, fromSequence - 1)).iterator());
		}

		@Override
		public StoredLines read(long sequence) {
			return lines(1);
		}

		@Override
		public void close() {
			this.onClose.run();
		}

	}

	private record Lines(Iterator<String> left) implements StoredLines {

		@Override
		public @Nullable String next() {
			return this.left.hasNext() ? this.left.next() : null;
		}

		@Override
		public boolean isTerminated() {
			return true;
		}

		@Override
		public void close() {
			// There is nothing to give back.
		}

	}

}
