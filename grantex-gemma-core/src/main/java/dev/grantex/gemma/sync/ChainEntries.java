package dev.grantex.gemma.sync;

import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.ProvablePrefix;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.consent.AuditLogs;

/**
 * The entries of a chain that is delivered, and up to where the service has them: those
 * of an open log, or what is left where the log does not open or the bundle is gone. The
 * latter is only read, so its position is known no longer than it is delivered.
 */
final class ChainEntries {

	private final @Nullable OfflineAuditLog log;

	private final LongFunction<Stream<SignedAuditEntry>> reader;

	private final long first;

	private final long head;

	private long position;

	private ChainEntries(@Nullable OfflineAuditLog log, LongFunction<Stream<SignedAuditEntry>> reader, long first,
			long position, long head) {
		this.log = log;
		this.reader = reader;
		this.first = first;
		this.position = position;
		this.head = head;
	}

	/**
	 * The entries of an open log. They are signed again as they go out: the service
	 * verifies with the present key only, and the signature is not part of the chain.
	 */
	static ChainEntries of(OfflineAuditLog log) {
		return new ChainEntries(log, (from) -> log.read(from).map(log::resign), 0, 0, 0);
	}

	/**
	 * Reads what can be proven of a chain whose log does not open, and the service may
	 * not have yet, signed again likewise. If the service does not know the bundle, the
	 * upload will be told so too.
	 * @throws AuditLogException if the log is in use, or nothing can be read
	 */
	static void readProvable(ConsentBundle bundle, AuditLogs logs, CycleClient client, Consumer<ChainEntries> reader) {
		long accepted = client.find(bundle.bundleId()).map(BundleMetadata::auditEntryCount).orElse(0L);
		try (ProvablePrefix prefix = logs.of(bundle).openProvable()) {
			reader.accept(of(prefix, (from) -> prefix.read(from).map(prefix::resign), accepted));
		}
	}

	/**
	 * What is left of a chain whose bundle is gone, as it was signed.
	 * @param accepted up to where the service has the chain
	 */
	static ChainEntries asSigned(ProvablePrefix prefix, long accepted) {
		return of(prefix, prefix::read, accepted);
	}

	private static ChainEntries of(ProvablePrefix prefix, LongFunction<Stream<SignedAuditEntry>> reader,
			long accepted) {
		long due = 0;
		if (accepted + 1 >= prefix.firstSequence()) {
			try (Stream<SignedAuditEntry> entries = prefix.read(accepted + 1)) {
				due = entries.count();
			}
		}
		return new ChainEntries(null, reader, prefix.firstSequence(), accepted, accepted + due);
	}

	/**
	 * The log, if it is open: only then can the chain grow, and be signed with another
	 * key.
	 */
	@Nullable OfflineAuditLog log() {
		return this.log;
	}

	/**
	 * The last sequence number that the service has accepted, 0 for none.
	 */
	long position() {
		return (this.log != null) ? this.log.synchronizedThrough() : this.position;
	}

	/**
	 * The last sequence number that can be delivered, 0 for none.
	 */
	long head() {
		return (this.log != null) ? this.log.headSequence() : this.head;
	}

	/**
	 * The first sequence number that is still kept.
	 */
	long firstSequence() {
		return (this.log != null) ? this.log.firstSequence() : this.first;
	}

	/**
	 * Reads entries as they are to be sent. The stream must be closed.
	 * @param from the first sequence number wanted, from 1
	 * @throws AuditLogException if the log is damaged there, also while it is read
	 */
	Stream<SignedAuditEntry> read(long from) {
		return this.reader.apply(from);
	}

	/**
	 * Remembers up to where the service has accepted the chain; it can be set back.
	 * @throws AuditLogException if it cannot be written; the position stays then
	 */
	void markAccepted(long sequence) {
		if (this.log != null) {
			this.log.markSynchronized(sequence);
		}
		else {
			this.position = sequence;
		}
	}

}
