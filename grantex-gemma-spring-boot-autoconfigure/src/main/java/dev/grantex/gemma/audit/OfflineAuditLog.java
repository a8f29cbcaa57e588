package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * The audit log of one consent bundle: an append-only file of signed entries, each
 * chained to the one before, one JSON object a line. Entries carry the bundle's identity,
 * because the service accepts no other.
 * <p>
 * The chain goes on over restarts, rotated files and refreshed bundles. Safe for use by
 * several threads; only one log at a time can be open for a chain, also across processes.
 */
public final class OfflineAuditLog implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(OfflineAuditLog.class);

	private final String bundleId;

	private final LogSettings settings;

	private final EntryFactory entries;

	private final ChainWriter writer;

	private final SyncPosition position;

	OfflineAuditLog(String bundleId, LogSettings settings, EntryFactory entries, ChainWriter writer,
			SyncPosition position) {
		this.bundleId = bundleId;
		this.settings = settings;
		this.entries = entries;
		this.writer = writer;
		this.position = position;
	}

	/**
	 * Opens the log of a bundle with default settings, creating it if it does not exist.
	 * @param file the active file; closed ones stand beside it
	 * @param bundle the bundle
	 * @return the log
	 * @throws AuditLogException if it is open already, damaged, unsafe or not writable;
	 * what is on disk stays as it was
	 */
	public static OfflineAuditLog open(Path file, ConsentBundle bundle) {
		return builder(file, bundle).open();
	}

	/**
	 * A builder of a log with other settings.
	 * @param file the active file; closed ones stand beside it
	 * @param bundle the bundle
	 * @return the builder
	 */
	public static AuditLogBuilder builder(Path file, ConsentBundle bundle) {
		return new AuditLogBuilder(file, bundle);
	}

	/**
	 * Appends an entry. Whatever the metadata holds is made acceptable: what is not JSON
	 * becomes its class name, what is too large is cut. Metadata's member {@code caller}
	 * is the log's own: it identifies a grant that is not the bundle's.
	 * @param action what was done; cut at 256 UTF-16 units
	 * @param grant the grant under which it was done, or null if there is none but the
	 * bundle's own
	 * @param result how it ended; cut at 64 UTF-16 units
	 * @param metadata more about it, or null
	 * @return the entry, which is durable by now as far as the settings ask for it
	 * @throws AuditLogException if it could not be written; it is not part of the chain
	 * then
	 */
	public SignedAuditEntry append(String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata) {
		String safeAction = EntryFields.action(action);
		String safeResult = EntryFields.result(result);
		Map<String, Object> safeMetadata = this.entries.metadata(grant, metadata);
		SignedAuditEntry entry = this.writer
			.append((head) -> this.entries.next(head, safeAction, safeResult, safeMetadata));
		this.settings.listeners().forEach((listener) -> notify(listener, entry));
		return entry;
	}

	/**
	 * Checks whether an entry could be written now, before something is done that must be
	 * recorded. After a failed write this tries to make the log usable again; otherwise
	 * it is cheap.
	 * @throws AuditLogException if not
	 */
	public void checkWritable() {
		this.writer.requireUsable();
		this.entries.signer();
		if (!DiskSpace.isAvailable(this.settings.file())) {
			throw AuditLogException.full();
		}
	}

	/**
	 * Why the log cannot be written, as a reason of {@link AuditLogException}, or null if
	 * nothing is known to be wrong. Looks at nothing on disk.
	 */
	public @Nullable String failure() {
		return this.writer.failure();
	}

	/**
	 * The id of the bundle whose chain this is.
	 */
	public String bundleId() {
		return this.bundleId;
	}

	/**
	 * The sequence number of the last entry, 0 if there is none.
	 */
	public long headSequence() {
		return this.writer.head().sequence();
	}

	/**
	 * The hash of the last entry, 16 zeros if there is none.
	 */
	public String headHash() {
		return this.writer.head().hash();
	}

	/**
	 * The sequence number that the next entry will have.
	 */
	public long nextSequence() {
		return this.writer.head().sequence() + 1;
	}

	/**
	 * Reads entries from one on, up to the last one that is durable at the time of the
	 * call, in constant memory. The stream must be closed; it throws an
	 * {@link AuditLogException} where the files are damaged.
	 * @param fromSequence the first sequence number wanted, from 1
	 * @return the entries in order
	 * @throws IllegalArgumentException if the sequence number is not positive
	 * @throws AuditLogException if what was written could not be made durable
	 */
	public Stream<SignedAuditEntry> read(long fromSequence) {
		if (fromSequence < 1) {
			throw new IllegalArgumentException("A sequence number is at least 1");
		}
		ChainWriter.View view = this.writer.view();
		EntryIterator entries = new EntryIterator(lines(view, fromSequence), fromSequence, view.head().sequence());
		return entries.stream();
	}

	/**
	 * Reads the lines of all files of this chain as they are, for verification. The
	 * stream must be closed.
	 */
	public Stream<String> lines() {
		return lines(this.writer.view(), 1).stream();
	}

	/**
	 * Verifies the entries that a verifier has not seen yet, and that they reach the head
	 * this log knows of. The same verifier can be used again later for what was appended
	 * since.
	 * @param verifier a verifier of this chain
	 * @return what was found, counted from the verifier's first line
	 * @throws AuditLogException if the files cannot be read
	 */
	public ChainVerification verify(ChainVerifier verifier) {
		ChainWriter.View view = this.writer.view();
		try (SegmentLines lines = lines(view, verifier.nextSequence())) {
			boolean holds = true;
			while (holds && lines.hasNext()) {
				holds = verifier.accept(lines.next());
			}
		}
		return verifier.resultAgainst(view.head().sequence(), view.head().hash());
	}

	/**
	 * Checks that entries could be signed with a key, before something depends on it.
	 * @param key the key
	 * @throws AuditLogException if not
	 */
	public static void requireUsable(OfflineAuditKey key) {
		EntrySigner.of(key);
	}

	/**
	 * Signs later entries with the key of the refreshed bundle. Earlier entries keep
	 * their signatures, so the earlier public keys remain necessary to verify them.
	 * @param key the new key
	 * @return the first sequence number that is signed with it
	 * @throws AuditLogException if the key is unusable; the old one stays then
	 */
	public long rotateKey(OfflineAuditKey key) {
		EntrySigner next = EntrySigner.of(key);
		return this.writer.rotateKey(this.entries, next, key.publicKey());
	}

	/**
	 * The entry signed with the current key, as the service wants it after a refresh. The
	 * log keeps the entry as it is.
	 * @param entry an entry of this chain
	 * @return the same entry under the current key's signature
	 * @throws AuditLogException if the entry is not as one of the chain's keys has signed
	 * it, or there is no key any more
	 */
	public SignedAuditEntry resign(SignedAuditEntry entry) {
		return this.entries.resign(entry);
	}

	/**
	 * The last sequence number that the service has accepted, 0 if none.
	 */
	public long synchronizedThrough() {
		return this.position.sequence();
	}

	/**
	 * How many entries the service has not accepted yet. Looks at nothing on disk.
	 */
	public long unsynchronized() {
		return Math.max(0, this.writer.head().sequence() - this.position.sequence());
	}

	/**
	 * Remembers durably how far the service has accepted the chain. It can be set back to
	 * upload entries again to a service that has lost them.
	 * @param sequence the last sequence number that was accepted, 0 for none
	 * @throws IllegalArgumentException if the chain has no such entry
	 * @throws AuditLogException if it cannot be written; the position stays then
	 */
	public void markSynchronized(long sequence) {
		if (sequence < 0 || sequence > this.writer.head().sequence()) {
			throw new IllegalArgumentException("The chain has no such entry");
		}
		this.position.set(sequence);
	}

	/**
	 * Gives up the active file's name to the log of the bundle that replaces this one.
	 * Calls that are still running can be recorded in this log until it is closed.
	 * @throws AuditLogException if the file cannot be renamed
	 */
	public void retire() {
		this.writer.retire();
	}

	/**
	 * Forces what was written and lets another log open the chain. Closing again does
	 * nothing.
	 * @throws AuditLogException if something could not be forced
	 */
	@Override
	public void close() {
		this.writer.close();
	}

	private SegmentLines lines(ChainWriter.View view, long from) {
		return new SegmentLines(this.writer::open, view.segments(), view.endOfLast(), from);
	}

	private static void notify(Consumer<SignedAuditEntry> listener, SignedAuditEntry entry) {
		try {
			listener.accept(entry);
		}
		catch (RuntimeException | Error ex) {
			// The entry is acknowledged: its caller must not take it for lost.
			logger.warn("A listener of the audit log failed", ex);
		}
	}

}
