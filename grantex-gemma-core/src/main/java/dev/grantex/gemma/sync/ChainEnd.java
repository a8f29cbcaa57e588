package dev.grantex.gemma.sync;

import java.util.function.Supplier;
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
import dev.grantex.gemma.consent.ChainStanding.LastAccepted;

/**
 * The last entry that the service has of a chain that does not go on, so that the next
 * one can name it.
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
	 * The last one of a chain that is about to be archived.
	 * @param log the chain's log, if it is open
	 */
	LastAccepted of(ConsentBundle bundle, @Nullable OfflineAuditLog log, StrandingReason reason) {
		// The service may have more entries in this chain's place, but of another one.
		long sequence = (log != null && reason != StrandingReason.ROLLED_BACK) ? log.synchronizedThrough()
				: count(bundle.bundleId());
		return new LastAccepted(sequence, (log != null && sequence > 0) ? hashAt(() -> log.read(sequence), sequence)
				: provenHash(() -> this.logs.of(bundle).openProvable(), sequence));
	}

	/**
	 * Checks that the service can be asked where it must be, before files are touched.
	 */
	void requireAnswer(StrandingReason reason) {
		if (reason == StrandingReason.ROLLED_BACK) {
			this.client.require(Pauses.Limit.LOOK_UPS);
		}
	}

	private long count(String bundleId) {
		try {
			return this.client.accepted(bundleId);
		}
		catch (GrantexAuthException ex) {
			if (ex.statusCode() == NOT_FOUND) {
				return 0;
			}
			throw ex;
		}
	}

	/**
	 * The hash of an entry, as far as it can be proven: it is what cannot be read that is
	 * given up.
	 */
	static @Nullable String provenHash(Supplier<ProvablePrefix> chain, long sequence) {
		if (sequence == 0) {
			return null;
		}
		try (ProvablePrefix prefix = chain.get()) {
			return hashAt(() -> prefix.read(sequence), sequence);
		}
		catch (AuditLogException ex) {
			return null;
		}
	}

	private static @Nullable String hashAt(Supplier<Stream<SignedAuditEntry>> reading, long sequence) {
		try (Stream<SignedAuditEntry> entries = reading.get()) {
			return entries.findFirst()
				.filter((entry) -> entry.seq() == sequence)
				.map(SignedAuditEntry::hash)
				.orElse(null);
		}
		catch (AuditLogException ex) {
			return null;
		}
	}

}
