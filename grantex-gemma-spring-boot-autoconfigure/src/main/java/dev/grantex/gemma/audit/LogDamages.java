package dev.grantex.gemma.audit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What was found damaged in an open log. Damage among entries that the service has is
 * reported; any other ends the chain, also for later openings. Safe for use by several
 * threads.
 */
final class LogDamages {

	private static final Log logger = LogFactory.getLog(LogDamages.class);

	private static final int MAX_REPORTED = 100;

	private final ChainWriter chain;

	private final AuditSeal seal;

	private final List<LogDamage> damages;

	LogDamages(ChainWriter chain, AuditSeal seal, List<LogDamage> found) {
		this.chain = chain;
		this.seal = seal;
		this.damages = new CopyOnWriteArrayList<>(found);
	}

	List<LogDamage> all() {
		return List.copyOf(this.damages);
	}

	/**
	 * Takes note of an entry that is not what it should be.
	 */
	void report(long sequence) {
		boolean accepted = sequence <= this.seal.statement().synchronizedThrough();
		LogDamage damage = new LogDamage(sequence, accepted);
		if (this.damages.contains(damage)) {
			return;
		}
		if (this.damages.size() < MAX_REPORTED) {
			this.damages.add(damage);
		}
		if (accepted) {
			logger.warn(damage.describe());
		}
		else {
			logger.error(damage.describe());
			this.chain.condemn();
			this.seal.change((statement) -> statement.withDamagedAt(sequence));
		}
	}

}
