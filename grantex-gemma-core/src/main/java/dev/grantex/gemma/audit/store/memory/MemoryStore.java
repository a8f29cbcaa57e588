package dev.grantex.gemma.audit.store.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ArchivedFiles;
import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainId;
import dev.grantex.gemma.audit.store.ChainSummary;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.FoundChain;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.ReadLine;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * Keeps chains in memory, with all of their lines.
 */
public final class MemoryStore implements AuditStore {

	private final Map<ChainId, Kept> chains = new HashMap<>();

	private final Map<String, ArchivedFiles> archives = new HashMap<>();

	/**
	 * What is kept of a chain. Guarded by the store, but for its lines and checkpoint
	 * while it is open.
	 */
	static final class Kept {

		final List<String> lines = new ArrayList<>();

		volatile Checkpoint checkpoint;

		boolean open;

		boolean current;

		private Kept(long clockFloor) {
			this.checkpoint = Checkpoint.first(Head.GENESIS, Head.GENESIS, clockFloor);
		}

	}

	@Override
	public synchronized void begin(ChainId chain, ChainCodec codec, boolean adopted, long clockFloor) {
		this.chains.computeIfAbsent(chain, (begun) -> new Kept(clockFloor));
	}

	@Override
	public synchronized StoredChain open(ChainId chain, ChainCodec codec, Role role, @Nullable Long beginning,
			Recollection recalled) {
		if (beginning != null) {
			begin(chain, codec, true, beginning);
		}
		Kept kept = this.chains.get(chain);
		if (kept == null) {
			throw StoreException.missing();
		}
		boolean taken = role == Role.CURRENT && this.chains.values().stream().anyMatch((other) -> other.current);
		if (kept.open || taken) {
			throw StoreException.inUse(true);
		}
		MemoryChain opened = new MemoryChain(this, kept, codec);
		opened.begin(role == Role.FORMER, recalled);
		kept.open = true;
		kept.current = role == Role.CURRENT;
		return opened;
	}

	@Override
	public synchronized SavedLines salvage(ChainId chain, ChainCodec codec) {
		Kept kept = this.chains.getOrDefault(chain, new Kept(0));
		if (kept.open) {
			throw StoreException.inUse(true);
		}
		kept.open = true;
		AtomicBoolean held = new AtomicBoolean(true);
		return new MemoryLines.Saved(List.copyOf(kept.lines), () -> {
			if (held.getAndSet(false)) {
				release(kept);
			}
		});
	}

	@Override
	public synchronized ArchivedFiles archive(ChainId chain, ChainCodec codec, Role role, String name,
			@Nullable String publicKeys) {
		Kept kept = this.chains.get(chain);
		if (kept != null && kept.open) {
			throw StoreException.inUse(true);
		}
		this.chains.remove(chain);
		return this.archives.computeIfAbsent(name,
				(archived) -> new ArchivedFiles("archive/" + name,
						MemoryLines.sha256((kept != null) ? kept.lines : List.of()),
						(kept != null) ? kept.checkpoint.head() : Head.GENESIS));
	}

	@Override
	public synchronized List<FoundChain> chains(ChainCodec codec, Set<String> known, boolean current) {
		List<FoundChain> found = new ArrayList<>();
		this.chains.forEach((id, kept) -> {
			if (!known.contains(id.owner()) && !kept.open && !kept.lines.isEmpty()) {
				found.add(new Found(summary(id, kept, codec), () -> salvage(id, codec)));
			}
		});
		found.sort(Comparator.comparing((chain) -> chain.summary().owner()));
		return found;
	}

	private record Found(ChainSummary summary, Supplier<SavedLines> opening) implements FoundChain {

		@Override
		public SavedLines open() {
			return this.opening.get();
		}

	}

	/**
	 * Lets a chain be opened again.
	 */
	synchronized void release(Kept kept) {
		kept.open = false;
		kept.current = false;
	}

	/**
	 * Leaves the place of the current chain to another.
	 */
	synchronized void leave(Kept kept) {
		kept.current = false;
	}

	synchronized void forget(Predicate<String> stored) {
		this.chains.entrySet()
			.removeIf((chain) -> !chain.getValue().open && chain.getValue().checkpoint.isDelivered()
					&& !stored.test(chain.getKey().id()));
	}

	private static ChainSummary summary(ChainId id, Kept kept, ChainCodec codec) {
		Checkpoint checkpoint = kept.checkpoint;
		return new ChainSummary(id.owner(),
				new ChainSummary.Seal(1, id.id(), checkpoint.start(), checkpoint.head(), checkpoint.isDelivered()),
				List.of(1L), checkpoint.head(),
				codec.read(kept.lines.get(kept.lines.size() - 1)).map(ReadLine::author).orElse(null));
	}

}
