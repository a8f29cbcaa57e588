package dev.grantex.gemma.audit.store.memory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ArchivedFiles;
import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.ChainCodec;
import dev.grantex.gemma.audit.store.ChainId;
import dev.grantex.gemma.audit.store.ChainSummary;
import dev.grantex.gemma.audit.store.FoundChain;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.SavedLines;
import dev.grantex.gemma.audit.store.StoreException;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * Keeps chains in memory, with all of their lines.
 */
public final class MemoryStore implements AuditStore {

	/** Each as it was opened last: what is closed is only kept. */
	private final Map<ChainId, MemoryChain> chains = new HashMap<>();

	private final Map<String, ArchivedFiles> archives = new HashMap<>();

	@Override
	public synchronized void begin(ChainId chain, ChainCodec codec, boolean adopted, long clockFloor) {
		this.chains.computeIfAbsent(chain, (begun) -> new MemoryChain(this, codec, clockFloor));
	}

	@Override
	public synchronized StoredChain open(ChainId chain, ChainCodec codec, Role role, @Nullable Long beginning,
			Recollection recalled) {
		if (beginning != null) {
			begin(chain, codec, true, beginning);
		}
		MemoryChain kept = closed(chain);
		if (kept == null) {
			throw StoreException.missing();
		}
		if (role == Role.CURRENT && this.chains.values().stream().anyMatch(MemoryChain::isCurrent)) {
			throw StoreException.inUse(true);
		}
		MemoryChain opened = new MemoryChain(kept, codec, role);
		opened.begin(recalled);
		this.chains.put(chain, opened);
		return opened;
	}

	@Override
	public synchronized SavedLines salvage(ChainId chain, ChainCodec codec) {
		MemoryChain kept = closed(chain);
		if (kept == null) {
			return new MemoryChain(this, codec, 0).save();
		}
		MemoryChain held = new MemoryChain(kept, codec, Role.FORMER);
		this.chains.put(chain, held);
		return held.save();
	}

	@Override
	public synchronized ArchivedFiles archive(ChainId chain, ChainCodec codec, Role role, String name,
			@Nullable String publicKeys) {
		MemoryChain kept = closed(chain);
		this.chains.remove(chain);
		return this.archives.computeIfAbsent(name, (archived) -> new ArchivedFiles("archive/" + name,
				sha256((kept != null) ? kept.lines : List.of()), (kept != null) ? kept.head() : Head.GENESIS));
	}

	@Override
	public synchronized List<FoundChain> chains(ChainCodec codec, Set<String> known, boolean current) {
		List<FoundChain> found = new ArrayList<>();
		this.chains.forEach((id, kept) -> {
			if (!known.contains(id.owner()) && !kept.isOpen() && !kept.lines.isEmpty()) {
				found.add(new Found(kept.summary(id, codec), () -> salvage(id, codec)));
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

	synchronized void forget(Predicate<String> stored) {
		this.chains.entrySet()
			.removeIf((chain) -> !chain.getValue().isOpen() && chain.getValue().checkpoint().isDelivered()
					&& !stored.test(chain.getKey().id()));
	}

	private @Nullable MemoryChain closed(ChainId chain) {
		MemoryChain kept = this.chains.get(chain);
		if (kept != null && kept.isOpen()) {
			throw StoreException.inUse(true);
		}
		return kept;
	}

	private static String sha256(List<String> lines) {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			lines.forEach((line) -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
