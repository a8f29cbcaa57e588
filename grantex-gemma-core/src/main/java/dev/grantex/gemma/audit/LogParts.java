package dev.grantex.gemma.audit;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * The parts of an open log, and what is done with all of them.
 */
final class LogParts {

	private final LogSettings settings;

	private final SegmentNames names;

	private final LogLocks locks;

	private final EntryFactory entries;

	private final LogFiles files;

	private final ChainRecovery.Found found;

	private final UndeliveredFiles undelivered;

	private final ChainWriter chain;

	private final AuditSeal seal;

	private final ClockFloor floor;

	private final LogRetention retention;

	private final LogDamages damages;

	private final LogTimer timer = new LogTimer();

	private boolean closed;

	LogParts(LogSettings settings, BundleChain chain, LogLocks locks, EntryFactory entries,
			ChainOpening.Opened opened) {
		this.settings = settings;
		this.names = new SegmentNames(settings.file());
		this.locks = locks;
		this.entries = entries;
		this.files = opened.files();
		this.found = opened.found();
		ChainFiles own = chain.files();
		LogRoom room = new LogRoom(settings);
		this.undelivered = new UndeliveredFiles(this.files, this::accepted, settings.clock());
		this.chain = new ChainWriter(this.files, entries, room, this.undelivered);
		this.floor = new ClockFloor(chain.bundle(), opened.statement().clockFloor(), this::touchSeal);
		this.seal = new AuditSeal(
				new AuditSeal.Parts(locks.chain(), this.chain, entries, this.floor, this.timer, settings.sealPace()),
				opened.seal(), opened.statement());
		this.retention = new LogRetention(new DeliveredFiles.Parts(own, this.files, this.chain, this.seal, room),
				settings, () -> this.floor.bounded(settings.clock().instant()), entries::hasSigner, locks.hasActive());
		this.damages = new LogDamages(this.chain, this.seal, (sequence) -> reader().holds(sequence, entries.codec()),
				this.found.damages());
	}

	LogSettings settings() {
		return this.settings;
	}

	EntryFactory entries() {
		return this.entries;
	}

	ChainRecovery.Found found() {
		return this.found;
	}

	ChainWriter chain() {
		return this.chain;
	}

	AuditSeal seal() {
		return this.seal;
	}

	/**
	 * Why nothing can be written, or null.
	 */
	@Nullable String failure() {
		AuditLogException fault = fault();
		return (fault != null) ? fault.reason() : null;
	}

	/**
	 * The same with what is known more exactly.
	 */
	@Nullable AuditLogException fault() {
		AuditLogException fault = this.chain.fault();
		return (fault != null) ? fault : this.seal.fault();
	}

	ClockFloor floor() {
		return this.floor;
	}

	LogTimer timer() {
		return this.timer;
	}

	LogRetention retention() {
		return this.retention;
	}

	LogDamages damages() {
		return this.damages;
	}

	LogReader reader() {
		return new LogReader(this.chain, this.files, this.undelivered);
	}

	SealedState sealed() {
		return new SealedState(this.seal, this.floor);
	}

	/**
	 * Seals what was found, and deletes what need not be kept. If the former fails the
	 * log is not open.
	 * @param onlyToRead whether nothing may ever be appended
	 */
	void seal(boolean onlyToRead) throws IOException {
		try {
			if (this.entries.hasSigner() && !onlyToRead) {
				this.seal.change((statement) -> statement.withClosed(false).withDamagedAt(0));
			}
		}
		catch (RuntimeException ex) {
			this.timer.close();
			this.files.close();
			throw ex;
		}
		this.retention.sweep();
	}

	/**
	 * Gives up the active names.
	 */
	void retire() {
		if (AuditLogException.LOG_CLOSED.equals(this.chain.failure())) {
			throw AuditLogException.closed();
		}
		this.retention.retire();
		this.chain.exclusively(() -> {
			this.files.retire();
			return this.files;
		});
		try {
			this.seal.moveTo(new SealFile(this.names.seal(this.seal.statement().grantId())));
			this.locks.releaseActive();
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
	}

	/**
	 * Writes, forces and seals what is left and gives up the files.
	 */
	synchronized void close() {
		if (this.closed) {
			return;
		}
		this.closed = true;
		AuditLogException fault = fault();
		try (LogLocks releasedLast = this.locks; LogFiles closedBefore = this.files) {
			this.timer.close();
			this.retention.close();
			this.seal.finish(this.chain.finish(this.chain.unwritten() == 0 || isSealOpen()));
			if (this.chain.unwritten() > 0) {
				throw (fault != null) ? AuditLogException.of(fault) : AuditLogException.unwritable(null);
			}
		}
		catch (IOException ex) {
			throw AuditLogException.unwritable(ex);
		}
	}

	/**
	 * Nothing is appended behind a seal that says that nothing is.
	 */
	private boolean isSealOpen() {
		try {
			this.seal.open();
			return true;
		}
		catch (AuditLogException ex) {
			return false;
		}
	}

	private long accepted() {
		return this.seal.statement().synchronizedThrough();
	}

	private void touchSeal() {
		this.seal.touch();
	}

}
