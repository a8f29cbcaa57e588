package dev.grantex.gemma.audit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What can be proven of a chain whose log does not open any more, or must not go on: its
 * entries up to the last one before anything is missing, damaged, or not signed with one
 * of the chain's keys. Reading changes nothing on disk. No log of the chain can be opened
 * until it is closed. Safe for use by several threads.
 */
public final class ProvablePrefix implements AuditEvidence, AutoCloseable {

	private final BundleChain chain;

	private final LogLocks locks;

	/** The entry before the first one that is kept, if a seal states that. */
	private final @Nullable ChainHead sealedStart;

	private final long firstSequence;

	private volatile boolean closed;

	private ProvablePrefix(BundleChain chain, LogLocks locks) throws IOException {
		this.chain = chain;
		this.locks = locks;
		this.sealedStart = sealedStart(chain).orElse(null);
		this.firstSequence = (this.sealedStart != null) ? this.sealedStart.sequence() + 1 : firstOnDisk();
	}

	static ProvablePrefix open(BundleChain chain, LogLocks locks) throws IOException {
		return new ProvablePrefix(chain, locks);
	}

	@Override
	public String bundleId() {
		return this.chain.bundle().bundleId();
	}

	/**
	 * The sequence number of the first entry that should be there: 1, or a later one if
	 * the seal states that those before were deleted. If there is no seal any more, it is
	 * that of the first entry on disk.
	 */
	@Override
	public long firstSequence() {
		return this.firstSequence;
	}

	/**
	 * Reads the entries that can be proven from one on, in constant memory. The stream
	 * must be closed. It ends, without an exception, before the first entry that is
	 * missing, incomplete, not exactly as it would be written, of another grant, not
	 * linked to the one before, or not signed with one of the chain's keys; it is empty
	 * if that is true of the first one wanted. What comes before that one, which the
	 * service has, need not be there or undamaged.
	 * @param fromSequence the first sequence number wanted, from 1; entries that are no
	 * longer kept are left out
	 * @return the entries in order, without a gap
	 * @throws IllegalArgumentException if the sequence number is not positive
	 * @throws AuditLogException if it is closed, or a file cannot be read, also from the
	 * stream
	 */
	@Override
	public Stream<SignedAuditEntry> read(long fromSequence) {
		if (fromSequence < 1) {
			throw new IllegalArgumentException("A sequence number is at least 1");
		}
		requireOpen();
		long from = Math.max(fromSequence, this.firstSequence);
		try {
			return new ProvableEntries(this::isOwn, filesFor(from), from, hashBefore(from), this::requireOpen).stream();
		}
		catch (IOException ex) {
			throw unreadable(ex);
		}
	}

	private boolean isOwn(SignedAuditEntry entry) {
		return entry.grantId().equals(this.chain.grantId()) && this.chain.keys().haveSigned(entry);
	}

	@Override
	public SignedAuditEntry resign(SignedAuditEntry entry) {
		if (!this.chain.keys().haveSigned(entry)) {
			throw AuditLogException.corrupted();
		}
		String signature = EntrySigner.of(this.chain.bundle().offlineAuditKey()).sign(entry.hash());
		return entry.withSignature(signature);
	}

	/**
	 * Lets the chain's log be opened again, or be archived.
	 */
	@Override
	public synchronized void close() {
		if (!this.closed) {
			this.closed = true;
			try {
				this.locks.close();
			}
			catch (IOException ex) {
				throw AuditLogException.unwritable(ex);
			}
		}
	}

	static AuditLogException unreadable(IOException cause) {
		return new AuditLogException(AuditLogException.LOG_CORRUPTED, "The audit log could not be read", cause);
	}

	private void requireOpen() {
		if (this.closed) {
			throw AuditLogException.closed();
		}
	}

	private static Optional<ChainHead> sealedStart(BundleChain chain) {
		try {
			return chain.seals().find().map((found) -> found.statement().start());
		}
		catch (AuditLogException ex) {
			// A seal that cannot be relied on says no more than one that is missing.
			return Optional.empty();
		}
	}

	private long firstOnDisk() throws IOException {
		NavigableMap<Long, Path> closedFiles = this.chain.names().closedFiles(this.chain.grantId());
		if (!closedFiles.isEmpty()) {
			return Math.max(1, closedFiles.firstKey());
		}
		return firstInActive().filter((first) -> first > 0).orElse(1L);
	}

	private Optional<Long> firstInActive() throws IOException {
		if (!PrivateFiles.exists(this.chain.names().active())) {
			return Optional.empty();
		}
		try (FileChannel channel = PrivateFiles.openForReading(this.chain.names().active())) {
			return LogTail.firstEntry(channel)
				.filter((entry) -> entry.grantId().equals(this.chain.grantId()))
				.map(SignedAuditEntry::seq);
		}
	}

	/**
	 * The files to look for an entry, and for the one before, in. The active one may be
	 * another chain's.
	 */
	private List<Path> filesFor(long from) throws IOException {
		NavigableMap<Long, Path> closedFiles = this.chain.names().closedFiles(this.chain.grantId());
		Long first = closedFiles.floorKey(from - 1);
		List<Path> files = new ArrayList<>(((first != null) ? closedFiles.tailMap(first, true) : closedFiles).values());
		if (PrivateFiles.exists(this.chain.names().active())) {
			files.add(this.chain.names().active());
		}
		return files;
	}

	/**
	 * The hash that an entry must be linked to, unless the entry before tells it, or null
	 * if nothing does.
	 */
	private @Nullable String hashBefore(long from) {
		if (this.sealedStart != null && this.sealedStart.sequence() == from - 1) {
			return this.sealedStart.hash();
		}
		return (from == 1) ? WireForm.GENESIS : null;
	}

}
