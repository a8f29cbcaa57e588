package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

import dev.grantex.gemma.bundle.AuditPublicKey;
import dev.grantex.gemma.bundle.BundleState;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.BundleIdentity;

/**
 * Settings of an {@link OfflineAuditLog}.
 */
public final class AuditLogBuilder {

	private static final long DEFAULT_MAX_SIZE = 50L * 1024 * 1024;

	private final Path file;

	private final ConsentBundle bundle;

	private final List<Consumer<SignedAuditEntry>> listeners = new ArrayList<>();

	private final List<String> publicKeys = new ArrayList<>();

	private Clock clock = Clock.systemUTC();

	private Durability durability = Durability.FSYNC;

	private long maxSize = DEFAULT_MAX_SIZE;

	private boolean rotateOnSize = true;

	private AppendFile.Opener opener = PrivateFiles::open;

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

	AuditLogBuilder opener(AppendFile.Opener opener) {
		this.opener = opener;
		return this;
	}

	/**
	 * Opens the log of the current bundle, creating it if it does not exist. The active
	 * file of another bundle gets its closed name first.
	 * @return the log
	 * @throws AuditLogException if it is open already, damaged, unsafe or not writable;
	 * what is on disk stays as it was
	 */
	public OfflineAuditLog open() {
		return open(false);
	}

	/**
	 * Opens the log of a bundle that was replaced, without taking the active file: to
	 * upload what is left, or to record the end of calls that it permitted.
	 * @return the log
	 * @throws AuditLogException if it is open already, damaged, unsafe or not readable;
	 * what is on disk stays as it was
	 */
	public OfflineAuditLog openRetired() {
		return open(true);
	}

	private OfflineAuditLog open(boolean retired) {
		BundleIdentity identity = BundleIdentity.of(this.bundle);
		EntryFields.requireAcceptable(identity);
		String grantId = identity.grantId();
		SegmentNames names = new SegmentNames(this.file);
		boolean interrupted = Thread.interrupted();
		try {
			PrivateFiles.createDirectories(names.active());
			LogLocks locks = LogLocks.acquire(names, grantId, retired);
			try {
				return open(retired, identity, names, locks);
			}
			catch (IOException | RuntimeException ex) {
				locks.close();
				throw ex;
			}
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private OfflineAuditLog open(boolean retired, BundleIdentity identity, SegmentNames names, LogLocks locks)
			throws IOException {
		String grantId = identity.grantId();
		ChainKeys keys = chainKeys();
		TailCheck check = new TailCheck(grantId, keys);
		EntryFactory entries = new EntryFactory(identity, this.bundle.offlineAuditKey(), keys, this.clock);
		SyncPosition position = SyncPosition.open(names.position(grantId));
		LogSegments segments = retired ? LogSegments.openRetired(names, grantId, check, this.opener)
				: LogSegments.openActive(names, grantId, check, this.opener);
		if (position.sequence() > segments.head().sequence()) {
			segments.close();
			throw new AuditLogException(AuditLogException.LOG_TRUNCATED,
					"The audit log on disk lacks entries that the service has accepted");
		}
		LogSettings settings = new LogSettings(names.active(), this.durability, this.maxSize, this.rotateOnSize,
				this.listeners);
		return new OfflineAuditLog(this.bundle.bundleId(), settings, entries,
				new ChainWriter(settings, segments, locks), position);
	}

	private ChainKeys chainKeys() {
		Set<String> keys = new LinkedHashSet<>(this.publicKeys);
		keys.add(this.bundle.offlineAuditKey().publicKey());
		BundleState state = this.bundle.state();
		if (state != null) {
			state.auditKeys().stream().map(AuditPublicKey::publicKey).forEach(keys::add);
		}
		try {
			return new ChainKeys(keys);
		}
		catch (IllegalArgumentException ex) {
			throw new AuditLogException(AuditLogException.KEY_UNUSABLE, "A public key of the audit log is unreadable");
		}
	}

}
