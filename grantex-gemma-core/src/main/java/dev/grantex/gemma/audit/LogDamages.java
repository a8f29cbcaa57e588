package dev.grantex.gemma.audit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.audit.store.StoredChain;

/**
 * What was found damaged in an open log. Damage among entries that the service has is
 * reported; any other ends the chain, also for later openings. Safe for use by several
 * threads.
 */
final class LogDamages {

	private static final Log logger = LogFactory.getLog(LogDamages.class);

	private static final int MAX_REPORTED = 100;

	private final StoredChain chain;

	private final List<LogDamage> damages;

	private final ThrottledLine reported = new ThrottledLine(logger);

	private final ThrottledLine condemned = new ThrottledLine(logger);

	/**
	 * Creates the list of damages.
	 */
	LogDamages(StoredChain chain) {
		this.chain = chain;
		this.damages = new CopyOnWriteArrayList<>(
				chain.damages().stream().map((sequence) -> new LogDamage(sequence, true)).toList());
	}

	List<LogDamage> all() {
		return List.copyOf(this.damages);
	}

	/**
	 * Takes note of an entry that is not what it should be.
	 * @throws AuditLogException if it is when it is read again
	 */
	void require(long sequence) {
		if (!report(sequence)) {
			throw new AuditLogException(AuditLogException.LOG_UNWRITABLE, "The audit log changed while it was read");
		}
	}

	/**
	 * Takes note of an entry that was found not to be what it should be. If it is in a
	 * closed file it is read again first: that may have been replaced while it was read,
	 * and a chain that is whole must never be given up.
	 * @return whether it still is not what it should be
	 * @throws AuditLogException if it cannot be read now
	 */
	boolean report(long sequence) {
		boolean accepted = sequence <= this.chain.checkpoint().synchronizedThrough();
		LogDamage damage = new LogDamage(sequence, accepted);
		if (this.damages.contains(damage)) {
			return true;
		}
		if (Stored.get(() -> this.chain.holds(sequence))) {
			return false;
		}
		if (this.damages.size() < MAX_REPORTED) {
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

}
