package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.AuditStore.Role;
import dev.grantex.gemma.audit.store.AuditStore;
import dev.grantex.gemma.audit.store.ChainId;
import dev.grantex.gemma.audit.store.file.FileStore;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * Settings of an {@link OfflineAuditLog}.
 */
public final class AuditLogBuilder {

	private static final long DEFAULT_MAX_SIZE = 50L * 1024 * 1024;

	private static final long DEFAULT_MAX_TOTAL_SIZE = 1024L * 1024 * 1024;

	/**
	 * How many times longer than to the seal it takes until what failed is tried again.
	 */
	private static final int RETRY_PACE = 20;

	private final Path file;

	private final ConsentBundle bundle;

	private final List<Consumer<SignedAuditEntry>> listeners = new ArrayList<>();

	private final List<String> publicKeys = new ArrayList<>();

	private @Nullable AuditStore store;

	private Clock clock = Clock.systemUTC();

	private Durability durability = Durability.FSYNC;

	private long maxSize = DEFAULT_MAX_SIZE;

	private boolean rotateOnSize = true;

	private Duration retention = Duration.ofDays(30);

	private @Nullable Long maxTotalSize;

	private Duration sealPace = Duration.ofMillis(500);

	private Duration patience = Duration.ofSeconds(2);

	AuditLogBuilder(Path file, ConsentBundle bundle) {
		this.file = Objects.requireNonNull(file, "file");
		this.bundle = Objects.requireNonNull(bundle, "bundle");
	}

	/**
	 * The clock of the entries' timestamps; the system's by default.
	 */
	public AuditLogBuilder clock(Clock clock) {
		this.clock = Objects.requireNonNull(clock, "clock");
		return this;
	}

	/**
	 * When an entry is acknowledged; {@link Durability#FSYNC} by default.
	 */
	public AuditLogBuilder durability(Durability durability) {
		this.durability = Objects.requireNonNull(durability, "durability");
		return this;
	}

	/**
	 * How large the active file may grow, in bytes; 50 MiB by default. A file always has
	 * room for one entry.
	 * @throws IllegalArgumentException if not positive
	 */
	public AuditLogBuilder maxSize(long maxSize) {
		if (maxSize < 1) {
			throw new IllegalArgumentException("The maximum size must be positive");
		}
		this.maxSize = maxSize;
		return this;
	}

	/**
	 * Whether a full file is closed and another begun, which is the default, or appending
	 * fails with {@link AuditLogException#LOG_FULL}.
	 */
	public AuditLogBuilder rotateOnSize(boolean rotateOnSize) {
		this.rotateOnSize = rotateOnSize;
		return this;
	}

	/**
	 * How long closed files are kept after their last entry was written, if the service
	 * has all of their entries; 30 days by default. Others are never deleted.
	 * @throws IllegalArgumentException if not positive
	 */
	public AuditLogBuilder retention(Duration retention) {
		if (retention.isNegative() || retention.isZero()) {
			throw new IllegalArgumentException("The retention must be positive");
		}
		this.retention = retention;
		return this;
	}

	/**
	 * How large all files of this log and of those beside it may grow together, in bytes;
	 * 1 GiB by default, or twice the {@linkplain #maxSize(long) size of a file} if that
	 * is more, which is the least. Closed files whose entries the service has are deleted
	 * earlier to keep to it, oldest first; if that is not enough, appending fails with
	 * {@link AuditLogException#LOG_FULL} until the service has more. Only the outcomes of
	 * calls that are under way by then may go beyond it.
	 * @throws IllegalArgumentException if not positive
	 */
	public AuditLogBuilder maxTotalSize(long maxTotalSize) {
		if (maxTotalSize < 1) {
			throw new IllegalArgumentException("The maximum total size must be positive");
		}
		this.maxTotalSize = maxTotalSize;
		return this;
	}

	/**
	 * Calls a listener with every entry after it was acknowledged, on the appending
	 * thread. Calls for entries of different threads may come in another order than the
	 * entries. What a listener throws is logged.
	 */
	public AuditLogBuilder listener(Consumer<SignedAuditEntry> listener) {
		this.listeners.add(Objects.requireNonNull(listener, "listener"));
		return this;
	}

	/**
	 * Further public keys that may have signed entries on disk, besides those the bundle
	 * knows of.
	 * @param publicKeys SPKI in PEM
	 */
	public AuditLogBuilder publicKeys(Collection<String> publicKeys) {
		this.publicKeys.addAll(publicKeys);
		return this;
	}

	/**
	 * Keeps the chain in another store than files. Stores are no API: for other rooms.
	 */
	public AuditLogBuilder store(AuditStore store) {
		this.store = Objects.requireNonNull(store, "store");
		return this;
	}

	/**
	 * How soon after a change the seal is written.
	 */
	AuditLogBuilder sealPace(Duration sealPace) {
		this.sealPace = sealPace;
		return this;
	}

	/**
	 * How long a call waits at most for room, or for another that mends the log.
	 */
	AuditLogBuilder patience(Duration patience) {
		this.patience = patience;
		return this;
	}

	/**
	 * Makes the seal of the bundle's chain if there is none: that of a new chain, or of
	 * one that another package began. It must exist before the bundle is stored with a
	 * {@linkplain ConsentBundle#state() state}, because a stored bundle without a seal
	 * has lost its log. The log of the bundle before may still be open.
	 * @throws AuditLogException if the chain is open, unsafe, not writable or, in its
	 * last few entries, damaged
	 */
	public void begin() {
		chain(0).begin();
	}

	/**
	 * Opens the log of the current bundle. For a bundle without a state it is begun if it
	 * does not exist. The active file of another bundle gets its closed name first.
	 * <p>
	 * However long the chain is, only a part of it is looked at: the seal with its
	 * signature, whether the files follow each other, the last sealed entry, and every
	 * entry after it. The entries before are only read if a call was under way when the
	 * process before ended, or damage was found then; else {@link OfflineAuditLog#verify}
	 * tells whether they hold.
	 * @return the log
	 * @throws AuditLogException if it is open already, missing, truncated, damaged where
	 * it was looked at, unsafe or not writable; what is on disk stays as it was
	 * @throws IllegalArgumentException if all files together may not be twice as large as
	 * one
	 */
	public OfflineAuditLog open() {
		return open(Role.CURRENT);
	}

	/**
	 * Opens the log of a former bundle, without taking the active file: to upload what is
	 * left, or to record the end of calls that it permitted. Otherwise as {@link #open}.
	 */
	public OfflineAuditLog openRetired() {
		return open(Role.FORMER);
	}

	/**
	 * Moves all files of the current bundle's chain, in whatever condition they are and
	 * without a change, to {@code archive/<bundle id>} beside the log, with the public
	 * keys that verify them and the checksums of all: for a chain that cannot go on.
	 * Those that are too damaged to tell whose they are go with it.
	 * <p>
	 * After a failure or a crash at any moment, calling again goes on. A chain that is
	 * archived already is checked, and answered again.
	 * @return what it became
	 * @throws AuditLogException if its log is open, a file is unsafe or cannot be moved,
	 * or a complete archive of it has changed
	 */
	public ArchivedChain archive() {
		return chain(totalSize()).archive(Role.CURRENT);
	}

	/**
	 * Does the same with the chain of a former bundle. Nothing of the current bundle's
	 * log is touched, which may be open meanwhile.
	 */
	public ArchivedChain archiveRetired() {
		return chain(totalSize()).archive(Role.FORMER);
	}

	/**
	 * Does the same with a chain beside this log whose bundle is gone, and with it the
	 * public keys.
	 * @param grantId the grant whose entries the chain has
	 * @param name what the archive is named after
	 */
	public ArchivedChain archiveOrphan(String grantId, String name) {
		return BundleChain.archive(store(totalSize()), new ChainId(name, grantId));
	}

	/**
	 * Opens the chain, of the current bundle or of one that was replaced, in whatever
	 * condition it is, to upload of it what can still be proven. Nothing is changed on
	 * disk.
	 * @return what can be proven, to be closed
	 * @throws AuditLogException if its log is open, or nothing can be read
	 */
	public ProvablePrefix openProvable() {
		return chain(0).salvage();
	}

	private OfflineAuditLog open(Role role) {
		return chain(totalSize()).open(role, this.clock,
				new EntryAppender.Settings(this.sealPace.multipliedBy(RETRY_PACE), this.patience, this.listeners));
	}

	private BundleChain chain(long totalSize) {
		return new BundleChain(store(totalSize), this.bundle, this.publicKeys);
	}

	/**
	 * The store beside an active file, for what needs no settings.
	 */
	static AuditStore store(Path file) {
		return new FileStore(new FileStore.Settings(file, true, DEFAULT_MAX_SIZE, true, Duration.ZERO,
				DEFAULT_MAX_TOTAL_SIZE, Clock.systemUTC(), Duration.ZERO, Duration.ZERO));
	}

	private AuditStore store(long totalSize) {
		return (this.store != null) ? this.store
				: new FileStore(new FileStore.Settings(this.file.toAbsolutePath(), this.durability == Durability.FSYNC,
						this.maxSize, this.rotateOnSize, this.retention, totalSize, this.clock, this.sealPace,
						this.patience));
	}

	private long totalSize() {
		long needed = 2 * Math.min(this.maxSize, Long.MAX_VALUE / 2);
		if (this.maxTotalSize == null) {
			return Math.max(DEFAULT_MAX_TOTAL_SIZE, needed);
		}
		if (this.maxTotalSize < needed) {
			throw new IllegalArgumentException("The maximum total size must be at least twice the maximum size");
		}
		return this.maxTotalSize;
	}

}
