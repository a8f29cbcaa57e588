package dev.grantex.gemma.audit;

import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.ChainView;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.LogTimer;
import dev.grantex.gemma.audit.store.StoredChain;
import dev.grantex.gemma.audit.store.StoredLines;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.OfflineAuditKey;
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
public final class OfflineAuditLog implements AutoCloseable {

	private final String bundleId;

	private final StoredChain chain;

	private final SortedSet<Long> unfinished;

	private final EntryFactory entries;

	private final ClockFloor floor;

	private final LogDamages damages;

	private final EntryAppender appender;

	private final DenialAppender denials;

	private final LogTimer timer = new LogTimer("grantex-audit-entries");

	/**
	 * Creates a log.
	 * @param unfinished the calls that were under way when the process before ended
	 */
	OfflineAuditLog(String bundleId, StoredChain chain, SortedSet<Long> unfinished, EntryFactory entries,
			ClockFloor floor, EntryAppender.Settings settings) {
		this.unfinished = unfinished;
		this.bundleId = bundleId;
		this.chain = chain;
		this.entries = entries;
		this.floor = floor;
		this.damages = new LogDamages(chain);
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
	 * Checks that entries could be signed with a key, before something depends on it.
	 * @param key the key
	 * @throws AuditLogException if not
	 */
	public static void requireUsable(OfflineAuditKey key) {
		EntrySigner.of(key);
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
	 * @param action what is to be done
	 * @param grant the grant under which it is to be done
	 * @param metadata more about it, or null
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
	 * @param action what was done
	 * @param grant the grant under which it was done
	 * @param result how it ended
	 * @param metadata more about it, or null
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
	 * @param action what is to be done
	 * @param grant the grant under which it is to be done
	 * @param result how it will have ended
	 * @param metadata more about it, or null
	 * @param intent the entry that was appended before the call, if there was one
	 * @return the outcome, to be given to {@link #appendOutcome(EntryDraft, Runnable)} of
	 * this log once it has come to that
	 */
	public EntryDraft prepareOutcome(String action, @Nullable VerifiedGrant grant, String result,
			@Nullable Map<String, ?> metadata, @Nullable SignedAuditEntry intent) {
		return this.entries.draft(EntryDraft.Kind.OUTCOME, action, grant, result, metadata,
				(intent != null) ? Map.of(OpenIntents.MEMBER, intent.seq()) : Map.of());
	}

	/**
	 * Appends how a call ended. It may use room that is kept from other entries.
	 * @param outcome what this log has prepared
	 * @param onRecord run once the entry is that durable, before listeners are told of it
	 * @return the entry, which is durable by now as far as the settings ask for it
	 * @throws AuditLogException if it could not be written now; it is kept in memory,
	 * written first of all once writing works again, with the present time, and nothing
	 * else can be appended until then
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
	 * The same with what is known more exactly, or {@code null}. Looks at nothing on
	 * disk.
	 */
	public @Nullable AuditLogException fault() {
		return this.appender.fault();
	}

	/**
	 * Takes note of an entry that a verification of this chain found not to hold, if it
	 * still does not when it is read again. If the service does not have it yet, nothing
	 * can be appended any more, also not by a log that is opened later.
	 * @param sequence the sequence number of the entry
	 * @return whether it still does not hold
	 * @throws AuditLogException if it cannot be read now
	 */
	public boolean confirmDamage(long sequence) {
		return this.damages.report(sequence);
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
		return this.chain.head().sequence();
	}

	/**
	 * The hash of the last entry, 16 zeros if there is none.
	 */
	public String headHash() {
		return this.chain.head().hash();
	}

	/**
	 * The sequence number that the next entry will have.
	 */
	public long nextSequence() {
		return headSequence() + 1;
	}

	/**
	 * The sequence number of the first entry that is kept: 1, or a later one after
	 * entries that the service has were deleted, which may happen at any moment while the
	 * log is open.
	 */
	public long firstSequence() {
		return this.chain.checkpoint().start().sequence() + 1;
	}

	/**
	 * The {@code started} entries without an outcome that were found when the log was
	 * opened: their calls were under way when the process before ended.
	 */
	public SortedSet<Long> unfinished() {
		return this.unfinished;
	}

	/**
	 * How many outcomes could not be written yet and are kept in memory. Looks at nothing
	 * on disk.
	 */
	public int unwritten() {
		return this.appender.unwritten();
	}

	/**
	 * What was found damaged among entries that the service has.
	 */
	public List<LogDamage> damages() {
		return this.damages.all();
	}

	/**
	 * Reads entries from one on, up to the last one that is durable at the time of the
	 * call, in constant memory. The stream must be closed; it throws an
	 * {@link AuditLogException} where the files are damaged, and if the service does not
	 * have that entry yet, nothing can be appended any more. It throws one too if entries
	 * that the service has are deleted before they were read.
	 * @param fromSequence the first sequence number wanted, from 1; entries that are no
	 * longer kept are left out
	 * @return the entries in order
	 * @throws IllegalArgumentException if the sequence number is not positive
	 * @throws AuditLogException if what was written could not be made durable
	 */
	public Stream<SignedAuditEntry> read(long fromSequence) {
		if (fromSequence < 1) {
			throw new IllegalArgumentException("A sequence number is at least 1");
		}
		ChainView view = Stored.get(this.chain::view);
		long first = Math.max(Math.max(fromSequence, firstSequence()), view.first());
		return new EntryReader(view.lines(first), first).through(view.head().sequence(), this.damages::require);
	}

	/**
	 * Reads the lines of all files of this chain as they are, from the
	 * {@linkplain #firstSequence() first entry} on that is kept at the time of the call,
	 * up to the last one that is durable then. The stream must be closed. It throws an
	 * {@link AuditLogException} if entries that the service has are deleted before they
	 * were read. Deletions also come between this and {@link #verifier}, so
	 * {@link #verify} is what verifies an open log.
	 */
	public Stream<String> lines() {
		return EntryReader.linesOf(Stored.get(this.chain::view).lines(1));
	}

	/**
	 * A verifier of this chain from its {@linkplain #firstSequence() first entry} on.
	 * @param publicKeyPems the audit public keys, as SPKI in PEM; none to verify hashes
	 * only
	 * @throws IllegalArgumentException if a key is not an Ed25519 public key in PEM
	 */
	public ChainVerifier verifier(List<String> publicKeyPems) {
		Head start = this.chain.checkpoint().start();
		return (start.sequence() > 0) ? ChainVerifier.after(start.sequence(), start.hash(), publicKeyPems)
				: ChainVerifier.fromStart(publicKeyPems);
	}

	/**
	 * Verifies the entries that a verifier has not seen yet, up to the last one that is
	 * durable at the time of the call, and that they reach the head this log knows of.
	 * The same verifier can be used again later for what was appended since.
	 * <p>
	 * Appending, rotating and deleting go on meanwhile and change nothing of what is
	 * found: all these entries hold, or the first is named that does not. If some that
	 * the verifier has not seen are deleted before they were read, which only happens to
	 * entries that the service has, nothing is found but an exception thrown; the
	 * {@linkplain #firstSequence() first entry} that is kept comes after the verifier's
	 * next one then, and a new {@linkplain #verifier verifier} begins there.
	 * @param verifier a verifier of this chain
	 * @return what was found, counted from the verifier's first line
	 * @throws AuditLogException if the files cannot be read, or entries that the verifier
	 * has not seen were deleted ({@link AuditLogException#LOG_MISSING})
	 */
	public ChainVerification verify(ChainVerifier verifier) {
		ChainView view = Stored.get(this.chain::view);
		if (verifier.nextSequence() < view.first()) {
			throw AuditLogException.deleted();
		}
		try (StoredLines lines = view.lines(verifier.nextSequence())) {
			for (String line = Stored.get(lines::next); line != null && verifier.accept(line);) {
				line = Stored.get(lines::next);
			}
		}
		return verifier.resultAgainst(view.head().sequence(), view.head().hash());
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
	 * @param entry an entry of this chain
	 * @return the same entry under the current key's signature
	 * @throws AuditLogException if the entry is not as one of the chain's keys has signed
	 * it, so that the log is damaged, or there is no key any more
	 */
	public SignedAuditEntry resign(SignedAuditEntry entry) {
		if (!this.entries.codec().haveSigned(entry)) {
			this.damages.require(entry.seq());
			throw AuditLogException.corrupted();
		}
		return entry.withSignature(this.entries.codec().sign(entry.hash()));
	}

	/**
	 * The last sequence number that the service has accepted, 0 if none.
	 */
	public long synchronizedThrough() {
		return this.chain.checkpoint().synchronizedThrough();
	}

	/**
	 * How many entries the service has not accepted yet. Looks at nothing on disk.
	 */
	public long unsynchronized() {
		return Math.max(0, headSequence() - synchronizedThrough());
	}

	/**
	 * Remembers durably how far the service has accepted the chain, and deletes closed
	 * files that need not be kept any longer. It can be set back to upload entries again
	 * to a service that has lost them, as far as they are still kept: not before the
	 * {@linkplain #firstSequence() first entry} that is.
	 * @param sequence the last sequence number that was accepted, 0 for none
	 * @throws IllegalArgumentException if the chain has no such entry
	 * @throws AuditLogException if it cannot be written, or the next entry is no longer
	 * kept ({@link AuditLogException#LOG_MISSING}); the position stays then
	 */
	public void markSynchronized(long sequence) {
		if (sequence < 0 || sequence > headSequence()) {
			throw new IllegalArgumentException("The chain has no such entry");
		}
		if (sequence != synchronizedThrough()) {
			Stored.run(() -> this.chain.change((checkpoint) -> (sequence < checkpoint.start().sequence()) ? checkpoint
					: checkpoint.withSynchronizedThrough(sequence)));
			if (sequence < firstSequence() - 1) {
				throw AuditLogException.deleted();
			}
			this.chain.sweep();
		}
	}

	/**
	 * Takes note of how many entries the service has of chains beside this log whose
	 * bundles are gone: nobody can sign that in their seals. When the service has all of
	 * one, its files are deleted as those of any replaced bundle.
	 * @param accepted the number by the grant
	 */
	public void noteAccepted(Map<String, Long> accepted) {
		this.chain.noteAccepted(accepted);
	}

	/**
	 * Deletes the seals that replaced chains have left after all of their files were
	 * deleted. A seal is kept as long as its bundle is stored, because the log of a
	 * stored bundle must not be missing. That something cannot be deleted is no fault of
	 * the log; calling again does what is left.
	 * @param storedBundles the ids of all bundles that are stored, the current one and
	 * those that were replaced, also of those that cannot be read
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
