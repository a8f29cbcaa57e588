package dev.grantex.gemma.audit;

import java.time.Duration;

/**
 * Lets tests elsewhere set how soon a log's own thread writes its seal.
 */
public final class SealPace {

	private SealPace() {
	}

	public static AuditLogBuilder set(AuditLogBuilder log, Duration pace) {
		return log.sealPace(pace);
	}

}
