package dev.grantex.gemma.audit;

import java.time.Clock;
import java.util.Collection;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ArchivedFiles;
import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.AuditStore.Role;
import dev.grantex.gemma.audit.store.ChainId;
import dev.grantex.gemma.audit.store.StoredChain;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.grant.BundleIdentity;

/**
 * The chain of a bundle in a store, before anything is known of what there is of it.
 */
final class BundleChain {

	private final AuditStore store;

	private final ConsentBundle bundle;

	private final BundleIdentity identity;

	private final ChainId id;

	private final EntryCodec codec;

	/**
	 * Where the clock of a chain starts that may have to be begun, or null for any other.
	 */
	private final @Nullable Long beginning;

	/**
	 * Creates the chain.
	 * @param publicKeys public keys besides those the bundle knows of
	 * @throws AuditLogException if the service would refuse every entry of the bundle, or
	 * a public key is unreadable
	 */
	BundleChain(AuditStore store, ConsentBundle bundle, Collection<String> publicKeys) {
		this.store = store;
		this.bundle = bundle;
		this.identity = BundleIdentity.of(bundle);
		EntryFactory.requireAcceptable(this.identity);
		this.id = new ChainId(bundle.bundleId(), this.identity.grantId());
		this.codec = EntryCodec.of(bundle, publicKeys);
		this.beginning = (bundle.state() == null) ? ClockFloor.startOf(bundle) : null;
	}

	void begin() {
		this.codec.signLateWith(this.bundle.offlineAuditKey());
		Stored
			.run(() -> this.store.begin(this.id, this.codec, this.beginning != null, ClockFloor.startOf(this.bundle)));
	}

	OfflineAuditLog open(Role role, Clock clock, EntryAppender.Settings settings) {
		OfflineAuditKey key = this.bundle.offlineAuditKey();
		this.codec.signWith((key.privateKey() != null) ? EntrySigner.of(key) : null);
		if (this.beginning != null) {
			this.codec.signLateWith(key);
		}
		ClockFloor floor = new ClockFloor(this.bundle);
		this.codec.observe(floor);
		OpenIntents unfinished = new OpenIntents();
		StoredChain chain = Stored.get(
				() -> this.store.open(this.id, this.codec, role, this.beginning, new OpenIntents.Recalled(unfinished)));
		floor.from(chain.checkpoint().clockFloor());
		floor.onRise(chain::touch);
		EntryFactory entries = new EntryFactory(this.identity, this.codec, clock);
		return new OfflineAuditLog(this.id.id(), chain, unfinished.all(), entries, floor, settings);
	}

	ProvablePrefix salvage() {
		return new ProvablePrefix(this.id.id(), this.id.owner(), this.codec, this.bundle.offlineAuditKey(),
				Stored.get(() -> this.store.salvage(this.id, this.codec)));
	}

	ArchivedChain archive(Role role) {
		return archive(this.store, this.id, this.codec, role, this.codec.publicKeyFile());
	}

	/**
	 * Archives a chain whose bundle is gone, and with it the public keys.
	 */
	static ArchivedChain archive(AuditStore store, ChainId id) {
		return archive(store, id, EntryCodec.WITHOUT_KEYS, Role.FORMER, null);
	}

	private static ArchivedChain archive(AuditStore store, ChainId id, EntryCodec codec, Role role,
			@Nullable String publicKeys) {
		ArchivedFiles files = Stored.get(() -> store.archive(id, codec, role, id.id(), publicKeys));
		return new ArchivedChain(files.name(), files.sha256(), files.last().sequence(), files.last().hash());
	}

}
