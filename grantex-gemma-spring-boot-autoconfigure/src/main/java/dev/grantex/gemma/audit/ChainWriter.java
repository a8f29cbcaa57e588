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

	/**
	 * What is done while no other thread does anything.
	 */
	private interface Operation<T> {

		T run() throws IOException;

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
		return exclusively(() -> {
			recoverIfFailed();
			SignedAuditEntry entry = entries.apply(this.head);
			write(entry);
			return entry;
		});
	}

	/**
	 * Makes the chain usable again after a failure.
	 * @throws AuditLogException if that is not possible
	 */
	void requireUsable() {
		if (this.failure != null) {
			exclusively(() -> {
				recoverIfFailed();
				return this.head;
			});
		}
	}

	/**
	 * Signs later entries with another key.
	 * @return the first sequence number signed with it
	 */
	long rotateKey(EntryFactory entries, EntrySigner signer, String publicKey) {
		return exclusively(() -> {
			entries.signWith(signer, publicKey);
			return this.head.sequence() + 1;
		});
	}

	/**
	 * Forces what was written and tells what there is to read.
	 */
	View view() {
		return exclusively(() -> {
			requireOpen();
			// A failed file cannot be forced, but every entry under FSYNC already was.
			if (!this.segments.isFailed()) {
				this.segments.force();
			}
			else if (this.settings.durability() == Durability.OS) {
				recoverIfFailed();
			}
			return new View(this.segments.firstSequences(), this.segments.acknowledged(), this.head);
		});
	}

	InputStream open(long firstSequence) {
		return exclusively(() -> {
			requireOpen();
			return this.segments.read(firstSequence);
		});
	}

	void retire() {
		exclusively(() -> {
			requireOpen();
			this.segments.retire();
			this.locks.releaseActive();
			return this.head;
		});
	}

	@Override
	public void close() {
		exclusively(() -> {
			if (!AuditLogException.LOG_CLOSED.equals(this.failure)) {
				this.failure = AuditLogException.LOG_CLOSED;
				try (LogLocks releasedLast = this.locks; LogSegments closedBefore = this.segments) {
					if (!closedBefore.isFailed()) {
						closedBefore.force();
					}
				}
			}
			return this.head;
		});
	}

	/**
	 * Runs an operation alone. An interruption waits until it is over, because it would
	 * close the files under it.
	 */
	private <T> T exclusively(Operation<T> operation) {
		boolean interrupted = Thread.interrupted();
		this.lock.lock();
		try {
			return operation.run();
		}
		catch (IOException ex) {
			if (this.failure == null) {
				this.failure = AuditLogException.LOG_UNWRITABLE;
			}
			throw AuditLogException.unwritable(ex);
		}
		catch (AuditLogException ex) {
			noteDamage(ex);
			throw ex;
		}
		finally {
			this.lock.unlock();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
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
