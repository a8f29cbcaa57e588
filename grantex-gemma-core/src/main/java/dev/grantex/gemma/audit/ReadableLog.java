package dev.grantex.gemma.audit;

import java.util.List;
import java.util.SortedSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.ChainView;
import dev.grantex.gemma.audit.store.Fault;
import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.audit.store.StoredChain;
import dev.grantex.gemma.audit.store.StoredLines;

/**
 * A log as far as it is read: verified, and delivered to the service. Damage that is
 * found among entries that the service has is reported; any other ends the chain, also
 * for later openings.
 */
abstract class ReadableLog {

	private static final Log logger = LogFactory.getLog(ReadableLog.class);

	private static final int MAX_DAMAGES = 100;

	private final String bundleId;

	private final StoredChain chain;

	private final SortedSet<Long> unfinished;

	private final List<LogDamage> damages;

	private final ThrottledLine reported = new ThrottledLine(logger);

	private final ThrottledLine condemned = new ThrottledLine(logger);

	/**
	 * Creates a log.
	 * @param unfinished the calls that were under way when the process before ended
	 */
	ReadableLog(String bundleId, StoredChain chain, SortedSet<Long> unfinished) {
		this.unfinished = unfinished;
		this.bundleId = bundleId;
		this.chain = chain;
		this.damages = new CopyOnWriteArrayList<>(
				chain.damages().stream().map((sequence) -> new LogDamage(sequence, true)).toList());
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
				throw AuditLogException.of(Fault.DELETED);
			}
			this.chain.sweep();
		}
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
		return new EntryReader(view.lines(first), first).through(view.head().sequence(), this::requireDamaged);
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
			throw AuditLogException.of(Fault.DELETED);
		}
		try (StoredLines lines = view.lines(verifier.nextSequence())) {
			for (String line = Stored.get(lines::next); line != null && verifier.accept(line);) {
				line = Stored.get(lines::next);
			}
		}
		return verifier.resultAgainst(view.head().sequence(), view.head().hash());
	}

	/**
	 * The {@code started} entries without an outcome that were found when the log was
	 * opened: their calls were under way when the process before ended.
	 */
	public SortedSet<Long> unfinished() {
		return this.unfinished;
	}

	/**
	 * What was found damaged among entries that the service has.
	 */
	public List<LogDamage> damages() {
		return List.copyOf(this.damages);
	}

	/**
	 * Takes note of an entry that a verification of this chain found not to hold, if it
	 * still does not when it is read again: its file may have been replaced while it was
	 * read, and a chain that is whole must never be given up. If the service does not
	 * have the entry yet, nothing can be appended any more, also not by a log that is
	 * opened later.
	 * @return whether it still does not hold
	 * @throws AuditLogException if it cannot be read now
	 */
	public boolean confirmDamage(long sequence) {
		boolean accepted = sequence <= synchronizedThrough();
		LogDamage damage = new LogDamage(sequence, accepted);
		if (this.damages.contains(damage)) {
			return true;
		}
		if (Stored.get(() -> this.chain.holds(sequence))) {
			return false;
		}
		if (this.damages.size() < MAX_DAMAGES) {
			this.damages.add(damage);
		}
		if (accepted) {
			this.reported.warn(damage::describe, null);
		}
		else {
			this.condemned.error(damage::describe, null);
			Stored.run(() -> this.chain.condemn(sequence));
		}
		return true;
	}

	/**
	 * Takes note of an entry that is not what it should be.
	 * @throws AuditLogException if it is when it is read again
	 */
	void requireDamaged(long sequence) {
		if (!confirmDamage(sequence)) {
			throw new AuditLogException(AuditLogException.LOG_UNWRITABLE, "The audit log changed while it was read");
		}
	}

}
