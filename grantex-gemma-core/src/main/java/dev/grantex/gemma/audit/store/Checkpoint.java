package dev.grantex.gemma.audit.store;

/**
 * What a store remembers durably about a chain at a moment.
 *
 * @param head the last entry; everything up to there is durable
 * @param start the entry before the first one that is kept: nothing, or the last of those
 * that were deleted after the service had accepted them
 * @param synchronizedThrough the last sequence number that the service has accepted
 * @param clockFloor the latest moment known to have been, in Unix milliseconds
 * @param oldestIntent the sequence number of the oldest call that was under way, 0 if
 * there was none
 * @param damagedAt the sequence number of the first entry found damaged before the
 * service had accepted it, 0 if there is none
 * @param refreshPending whether a refresh was begun whose answer may have been lost
 * @param revoked whether the chain's owner was revoked
 * @param closed whether nothing was appended after this
 */
public record Checkpoint(Head head, Head start, long synchronizedThrough, long clockFloor, long oldestIntent,
		long damagedAt, boolean refreshPending, boolean revoked, boolean closed) {

	/**
	 * The first checkpoint of a chain.
	 */
	public static Checkpoint first(Head head, Head start, long clockFloor) {
		return new Checkpoint(head, start, start.sequence(), clockFloor, 0, 0, false, false, false);
	}

	/**
	 * Whether the service has accepted all entries.
	 */
	public boolean isDelivered() {
		return this.synchronizedThrough == this.head.sequence();
	}

	public Checkpoint withHead(Head head, long oldestIntent) {
		return new Checkpoint(head, this.start, this.synchronizedThrough, this.clockFloor, oldestIntent, this.damagedAt,
				this.refreshPending, this.revoked, this.closed);
	}

	public Checkpoint withStart(Head start) {
		return new Checkpoint(this.head, start, this.synchronizedThrough, this.clockFloor, this.oldestIntent,
				this.damagedAt, this.refreshPending, this.revoked, this.closed);
	}

	public Checkpoint withSynchronizedThrough(long sequence) {
		return new Checkpoint(this.head, this.start, sequence, this.clockFloor, this.oldestIntent, this.damagedAt,
				this.refreshPending, this.revoked, this.closed);
	}

	public Checkpoint withClockFloor(long clockFloor) {
		return new Checkpoint(this.head, this.start, this.synchronizedThrough, clockFloor, this.oldestIntent,
				this.damagedAt, this.refreshPending, this.revoked, this.closed);
	}

	public Checkpoint withDamagedAt(long damagedAt) {
		return new Checkpoint(this.head, this.start, this.synchronizedThrough, this.clockFloor, this.oldestIntent,
				damagedAt, this.refreshPending, this.revoked, this.closed);
	}

	public Checkpoint withRefreshPending(boolean refreshPending) {
		return new Checkpoint(this.head, this.start, this.synchronizedThrough, this.clockFloor, this.oldestIntent,
				this.damagedAt, refreshPending, this.revoked, this.closed);
	}

	public Checkpoint withRevoked() {
		return new Checkpoint(this.head, this.start, this.synchronizedThrough, this.clockFloor, this.oldestIntent,
				this.damagedAt, this.refreshPending, true, this.closed);
	}

	public Checkpoint withClosed(boolean closed) {
		return new Checkpoint(this.head, this.start, this.synchronizedThrough, this.clockFloor, this.oldestIntent,
				this.damagedAt, this.refreshPending, this.revoked, closed);
	}

}
