package dev.grantex.gemma.sync;

import java.util.Optional;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.AuditLogs;
import dev.grantex.gemma.consent.StateTable;

/**
 * Opens what can still be proven of chains whose logs do not open any more.
 */
final class BrokenLogs {

	private final AuditLogs logs;

	private final CycleClient client;

	BrokenLogs(AuditLogs logs, CycleClient client) {
		this.logs = logs;
		this.client = client;
	}

	/**
	 * Opens what the service may not have yet of a chain.
	 * @param bundle the bundle
	 * @throws AuditLogException if it is in use, or nothing can be read
	 */
	PrefixEntries open(ConsentBundle bundle) {
		long accepted = accepted(bundle);
		return new PrefixEntries(this.logs.of(bundle).openProvable(), accepted);
	}

	/**
	 * If the bundle is unknown, the upload will be told so too.
	 */
	private long accepted(ConsentBundle bundle) {
		try {
			return this.client.bundle(bundle.bundleId()).auditEntryCount();
		}
		catch (GrantexAuthException ex) {
			if (ChainUpload.isUnknownBundle(ex)) {
				return 0;
			}
			throw ex;
		}
	}

	/**
	 * Why a chain is stranded whose log has a fault, unless the fault may pass.
	 */
	static Optional<StrandingReason> strandingBy(AuditLogException fault) {
		return StateTable.denialBy(fault).stranding();
	}

}
