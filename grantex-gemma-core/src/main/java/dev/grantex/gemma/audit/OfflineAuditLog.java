package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.LogTimer;
import dev.grantex.gemma.audit.store.StoredChain;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * The audit log of one consent bundle: an append-only file of signed entries, each
 * chained to the one before, one JSON object a line. Entries carry the bundle's identity,
 * because the service accepts no other.
 * <p>
 * The chain goes on over restarts, rotated files and refreshed bundles. A signed seal
 * beside it states how far it was forced, so that entries cannot be removed from its end
 * unnoticed. Safe for use by several threads; only one log at a time can be open for a
 * chain, also across processes.
 */
public final class OfflineAuditLog extends ReadableLog implements AutoCloseable {

	private final StoredChain chain;

	private final EntryFactory entries;

	private final ClockFloor floor;

	private final EntryAppender appender;

	private final DenialAppender denials;

	private final LogTimer timer = new LogTimer("grantex-audit-entries");

	OfflineAuditLog(String bundleId, StoredChain chain, SortedSet<Long> unfinished, EntryFactory entries,
			ClockFloor floor, EntryAppender.Settings settings) {
		super(bundleId, chain, unfinished);
		this.chain = chain;
		this.entries = entries;
		this.floor = floor;
		this.appender = new EntryAppender(chain, entries, settings, this.timer);
		this.denials = new DenialAppender(entries, this.timer, this.appender);
	}

	/**
	 * Opens the log of a bundle with default settings, creating it if the bundle has no
	 * state yet. What is looked at, and what is not, {@link AuditLogBuilder#open} says.
	 * @param file the active file; closed ones and the seal stand beside it
	 * @param bundle the bundle
	 * @return the log
	 * @throws AuditLogException if it is open already, missing, truncated, damaged where
	 * it was looked at, unsafe or not writable; what is on disk stays as it was
	 */
	public static OfflineAuditLog open(Path file, ConsentBundle bundle) {
		return builder(file, bundle).open();
	}

	/**
	 * A builder of a log with other settings.
	 * @param file the active file; closed ones and the seal stand beside it
	 * @param bundle the bundle
	 * @return the builder
	 */
	public static AuditLogBuilder builder(Path file, ConsentBundle bundle) {
		return new AuditLogBuilder(file, bundle);
	}

	/**
	 * Appends an entry. Whatever the metadata holds is made acceptable: what is not JSON
	 * becomes its class name, what is too large is cut. Metadata's members
	 * {@code caller}, {@code intent} and {@code count} are the log's own.
	 * @param action what was done; cut at 256 UTF-16 units
	 * @param grant the grant under which it was done, or null if there is none but the
	 * bundle's own; any other is identified in the metadata
	 * @param result how it ended; cut at 64 UTF-16 units
	 * @param metadata more about it, or null
	 * @return the entry, which is durable by now as far as the settings ask for it
	 * @throws AuditLogException if it could not be written; it is not part of the chain
	 * then
	 */
	public SignedAuditEntry append(String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata) {
		return append(EntryDraft.Kind.RECORD, action, grant, result, metadata);
	}

	/**
	 * Appends, before a call is made, that it is about to be: an entry with the result
	 * {@code started}, which is forced whatever the durability.
	 * @return the entry, to be given to {@link #appendOutcome}
	 * @throws AuditLogException if it could not be written; the call must not be made
	 * then
	 */
	public SignedAuditEntry appendIntent(String action, @Nullable VerifiedGrant grant,
			@Nullable Map<String, ?> metadata) {
		return append(EntryDraft.Kind.INTENT, action, grant, OpenIntents.STARTED, metadata);
	}

	/**
	 * Appends how a call ended. It may use room that is kept from other entries.
	 * @param intent the entry that was appended before the call, if there was one
	 * @return the entry, which is durable by now as far as the settings ask for it
	 * @throws AuditLogException if it could not be written now; it is kept in memory,
	 * written first of all once writing works again, with the present time, and nothing
	 * else can be appended until then
	 */
	public SignedAuditEntry appendOutcome(String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, @Nullable SignedAuditEntry intent) {
		return appendOutcome(prepareOutcome(action, grant, result, metadata, intent), () -> {
		});
	}

	/**
	 * Makes everything that an entry about a call's end needs and that may fail because
	 * of what it is to say. Looks at nothing on disk.
	 * @return the outcome, to be given to {@link #appendOutcome(EntryDraft, Runnable)} of
	 * this log once it has come to that
	 */
	public EntryDraft prepareOutcome(String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, @Nullable SignedAuditEntry intent) {
		return this.entries.draft(EntryDraft.Kind.OUTCOME, action, grant, result, metadata,
				(intent != null) ? Map.of(OpenIntents.MEMBER, intent.seq()) : Map.of());
	}

	/**
	 * Appends how a call ended, as this log has prepared it.
	 * @param onRecord run once the entry is durable, before listeners are told of it
	 * @throws AuditLogException if it could not be written now, but is kept
	 */
	public SignedAuditEntry appendOutcome(EntryDraft outcome, Runnable onRecord) {
		return this.appender.append(outcome, onRecord);
	}

	/**
	 * Appends that a call was denied. In a minute 200 denials at most get an entry each,
	 * of equal ones ten; 101 more entries at most count the others, once the minute is
	 * over or the log is closed: equal ones together, and those beyond the 200 by action
	 * and reason, without the caller and the facts that are the caller's.
	 * @param action what was denied
	 * @param grant the grant under which it was to be done
	 * @param facts why; denials of an action to a grant are equal if these are
	 * @param metadata more about it, which entries that count leave out
	 * @throws AuditLogException if it could not be written, or nothing can be written now
	 */
	public void appendDenial(String action, @Nullable VerifiedGrant grant, Map<String, ?> facts,
			Map<String, ?> metadata) {
		this.denials.append(action, grant, facts, metadata);
	}

	/**
	 * Appends now what {@link #appendDenial} has only counted so far. Further denials are
	 * still counted.
	 * @throws AuditLogException if something could not be written; it stays counted and
	 * is tried again later
	 */
	public void flushDenials() {
		this.denials.flush();
	}

	/**
	 * Checks whether an entry could be written now, before something is done that must be
	 * recorded. After a failure this tries to make the log usable again; otherwise it is
	 * cheap.
	 * @throws AuditLogException if not
	 */
	public void checkWritable() {
		this.appender.requireWritable();
	}

	/**
	 * Looks whether the closed files with entries that the service does not have are
	 * still what they were. As long as they are not, nothing can be appended but outcomes
	 * of calls under way; putting them back is all it takes.
	 * @throws AuditLogException if they are not
	 */
	public void checkFiles() {
		this.appender.requireUndelivered();
	}

	/**
	 * Why the log cannot be written, as a reason of {@link AuditLogException}, or null if
	 * nothing is known to be wrong. Looks at nothing on disk.
	 */
	public @Nullable String failure() {
		AuditLogException fault = fault();
		return (fault != null) ? fault.reason() : null;
	}

	/**
	 * The same with what is known more exactly, or {@code null}.
	 */
	public @Nullable AuditLogException fault() {
		return this.appender.fault();
	}

	/**
	 * How many outcomes could not be written yet and are kept in memory.
	 */
	public int unwritten() {
		return this.appender.unwritten();
	}

	/**
	 * Goes on under the refreshed form of the bundle: signs later entries with its key.
	 * Earlier entries keep their signatures, so the earlier public keys remain necessary
	 * to verify them.
	 * @param refreshed the same bundle with a new key
	 * @return the first sequence number that is signed with it
	 * @throws AuditLogException if the key is unusable; the old one stays then
	 */
	public long refresh(ConsentBundle refreshed) {
		EntrySigner signer = EntrySigner.of(refreshed.offlineAuditKey());
		String publicKey = refreshed.offlineAuditKey().publicKey();
		long first = Stored.get(() -> this.chain.rekey(() -> this.entries.codec().signWith(signer, publicKey)));
		this.floor.restart(refreshed);
		return first;
	}

	/**
	 * The entry signed with the current key, as the service wants it after a refresh. The
	 * log keeps the entry as it is.
	 * @throws AuditLogException if the entry is not as one of the chain's keys has signed
	 * it, so that the log is damaged, or there is no key any more
	 */
	public SignedAuditEntry resign(SignedAuditEntry entry) {
		if (!this.entries.codec().haveSigned(entry)) {
			requireDamaged(entry.seq());
			throw AuditLogException.of(Fault.CORRUPTED);
		}
		return entry.withSignature(this.entries.codec().sign(entry.hash()));
	}

	/**
	 * Takes note of how many entries the service has, by the grant, of chains beside this
	 * log whose bundles are gone: nobody can sign that in their seals.
	 */
	public void noteAccepted(Map<String, Long> accepted) {
		this.chain.noteAccepted(accepted);
	}

	/**
	 * Forgets former chains of which only seals are left. A seal is kept as long as its
	 * bundle is stored, because the log of a stored bundle must not be missing. Calling
	 * again does what could not be done.
	 * @param storedBundles the ids of all bundles that are stored, the current one and
	 * former ones, also of those that cannot be read
	 */
	public void forgetReplaced(Collection<String> storedBundles) {
		this.chain.forget(Set.copyOf(storedBundles)::contains);
	}

	/**
	 * What else must not be undone by an older copy of the bundle's file.
	 */
	public SealedState sealed() {
		return new SealedState(this.chain, this.floor);
	}

	/**
	 * Gives up the active file's name to the log of the bundle that replaces this one.
	 * Calls that are still running can be recorded in this log until it is closed.
	 * @throws AuditLogException if the files cannot be renamed
	 */
	public void retire() {
		Stored.run(this.chain::leave);
	}

	/**
	 * Writes and seals what is left and lets another log open the chain. Closing again
	 * does nothing.
	 * @throws AuditLogException if something could not be written
	 */
	@Override
	public void close() {
		try {
			this.denials.close();
		}
		finally {
			this.timer.close();
			this.appender.close();
		}
	}

	private SignedAuditEntry append(EntryDraft.Kind kind, String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata) {
		EntryDraft draft = this.entries.draft(kind, action, grant, result, metadata, Map.of());
		return this.appender.append(draft, () -> {
		});
	}

}
