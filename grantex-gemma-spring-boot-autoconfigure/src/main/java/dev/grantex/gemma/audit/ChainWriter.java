package dev.grantex.gemma.audit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * The head of an open chain and the order in which entries are put behind it. Safe for
 * use by several threads.
 */
final class ChainWriter implements AutoCloseable {

	private final Lock lock = new ReentrantLock();

	private final LogSettings settings;

	private final LogSegments segments;

	private final LogLocks locks;

	private volatile ChainHead head;

	private volatile @Nullable String failure;

	/**
	 * The files and the head at a moment.
	 *
	 * @param segments the first sequence number of every file
	 * @param endOfLast how many bytes of the last file count
	 * @param head the last durable entry
	 */
	record View(List<Long> segments, long endOfLast, ChainHead head) {
	}

	ChainWriter(LogSettings settings, LogSegments segments, LogLocks locks) {
		this.settings = settings;
		this.segments = segments;
		this.locks = locks;
		this.head = segments.head();
	}

	ChainHead head() {
		return this.head;
	}

	/**
	 * Why nothing can be written, or null.
	 */
	@Nullable String failure() {
		return this.failure;
	}

	/**
	 * Appends the entry that is made for the head of that moment.
	 * @throws AuditLogException if it could not be written; it is not part of the chain
	 */
	SignedAuditEntry append(Function<ChainHead, SignedAuditEntry> entries) {
		this.lock.lock();
		try {
			recoverIfFailed();
			SignedAuditEntry entry = entries.apply(this.head);
			write(entry);
			return entry;
		}
		catch (IOException ex) {
			this.failure = AuditLogException.LOG_UNWRITABLE;
			throw AuditLogException.unwritable(ex);
		}
		catch (AuditLogException ex) {
			noteDamage(ex);
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Makes the chain usable again after a failure.
	 * @throws AuditLogException if that is not possible
	 */
	void requireUsable() {
		if (this.failure == null) {
			return;
		}
		this.lock.lock();
		try {
			recoverIfFailed();
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
		catch (AuditLogException ex) {
			noteDamage(ex);
			throw ex;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Signs later entries with another key.
	 * @return the first sequence number signed with it
	 */
	long rotateKey(EntryFactory entries, EntrySigner signer, String publicKey) {
		this.lock.lock();
		try {
			this.segments.addPublicKey(publicKey);
			entries.signWith(signer);
			return this.head.sequence() + 1;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forces what was written and tells what there is to read.
	 */
	View view() {
		this.lock.lock();
		try {
			requireOpen();
			// A failed file cannot be forced, but every entry under FSYNC already was.
			if (!this.segments.isFailed()) {
				this.segments.force();
			}
			else if (this.settings.durability() == Durability.OS) {
				recoverIfFailed();
			}
			return new View(this.segments.firstSequences(), this.segments.acknowledged(), this.head);
		}
		catch (IOException ex) {
			this.failure = AuditLogException.LOG_UNWRITABLE;
			throw AuditLogException.unwritable(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	InputStream open(long firstSequence) throws IOException {
		this.lock.lock();
		try {
			requireOpen();
			return this.segments.read(firstSequence);
		}
		finally {
			this.lock.unlock();
		}
	}

	void retire() {
		this.lock.lock();
		try {
			requireOpen();
			this.segments.retire();
			this.locks.releaseActive();
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	@Override
	public void close() {
		this.lock.lock();
		try {
			if (AuditLogException.LOG_CLOSED.equals(this.failure)) {
				return;
			}
			this.failure = AuditLogException.LOG_CLOSED;
			try (LogLocks releasedLast = this.locks; LogSegments closedBefore = this.segments) {
				if (!closedBefore.isFailed()) {
					closedBefore.force();
				}
			}
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void write(SignedAuditEntry entry) throws IOException {
		byte[] line = (entry.toJson() + "\n").getBytes(StandardCharsets.UTF_8);
		if (this.segments.isFullFor(line.length, this.settings.maxSize())) {
			if (!this.settings.rotateOnSize()) {
				throw AuditLogException.full();
			}
			this.segments.rotate();
		}
		this.segments.append(ChainHead.of(entry), line, this.settings.durability() == Durability.FSYNC);
		this.head = this.segments.head();
	}

	private void recoverIfFailed() throws IOException {
		requireOpen();
		String current = this.failure;
		if (current == null) {
			return;
		}
		if (AuditLogException.LOG_FULL.equals(current)) {
			throw AuditLogException.full();
		}
		if (!AuditLogException.LOG_UNWRITABLE.equals(current)) {
			throw AuditLogException.corrupted();
		}
		if (this.segments.isFailed()) {
			this.segments.recoverFromFailure();
		}
		this.failure = null;
	}

	private void requireOpen() {
		if (AuditLogException.LOG_CLOSED.equals(this.failure)) {
			throw AuditLogException.closed();
		}
	}

	private void noteDamage(AuditLogException ex) {
		switch (ex.reason()) {
			case AuditLogException.LOG_CORRUPTED, AuditLogException.LOG_UNSAFE, AuditLogException.LOG_FULL ->
				this.failure = ex.reason();
			default -> {
			}
		}
	}

}
