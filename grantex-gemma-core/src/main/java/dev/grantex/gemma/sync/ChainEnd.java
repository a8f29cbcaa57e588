package dev.grantex.gemma.sync;

import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.ProvablePrefix;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.LastAccepted;

/**
 * Finds out up to where the service has a chain that is about to be archived.
 */
final class ChainEnd {

	private static final int NOT_FOUND = 404;

	private final CycleClient client;

	private final AuditLogs logs;

	ChainEnd(CycleClient client, AuditLogs logs) {
		this.client = client;
		this.logs = logs;
	}

	/**
	 * The last entry of a chain that the service has.
	 * @param log the chain's log, if it is open
	 * @param reason why it is given up
	 */
	LastAccepted of(ConsentBundle bundle, @Nullable OfflineAuditLog log, StrandingReason reason) {
		// The service may have more entries in this chain's place, but of another one.
		long sequence = (log != null && reason != StrandingReason.ROLLED_BACK) ? log.synchronizedThrough()
				: count(bundle.bundleId());
		return new LastAccepted(sequence, hashAt(bundle, log, sequence));
	}

	/**
	 * Checks that the service can be asked where it must be, before files are touched.
	 * @param reason why a chain is given up
	 */
	void requireAnswer(StrandingReason reason) {
		if (reason == StrandingReason.ROLLED_BACK) {
			this.client.requireLookUps();
		}
	}

	private long count(String bundleId) {
		try {
			return this.client.bundle(bundleId).auditEntryCount();
		}
		catch (GrantexAuthException ex) {
			if (ex.statusCode() == NOT_FOUND) {
				return 0;
			}
			throw ex;
		}
	}

	private @Nullable String hashAt(ConsentBundle bundle, @Nullable OfflineAuditLog log, long sequence) {
		if (sequence == 0) {
			return null;
		}
		try {
			if (log != null) {
				return hashAt(log.read(sequence), sequence).orElse(null);
			}
			try (ProvablePrefix prefix = this.logs.of(bundle).openProvable()) {
				return hashAt(prefix.read(sequence), sequence).orElse(null);
			}
		}
		catch (AuditLogException ex) {
			// It is what cannot be read that is given up.
			return null;
		}
	}

	private static Optional<String> hashAt(Stream<SignedAuditEntry> entries, long sequence) {
		try (entries) {
			return entries.findFirst().filter((entry) -> entry.seq() == sequence).map(SignedAuditEntry::hash);
		}
	}

}
