package dev.grantex.gemma.consent;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * The decision about a call under a bundle whose log is open.
 */
final class Decision implements CallDecision {

	private final Standing.Usable usable;

	private final @Nullable DenialReason denial;

	private final boolean recordable;

	private final AtomicBoolean closed = new AtomicBoolean();

	private volatile @Nullable SignedAuditEntry intent;

	private Decision(Standing.Usable usable, @Nullable DenialReason denial, boolean recordable) {
		this.usable = usable;
		this.denial = denial;
		this.recordable = recordable;
	}

	/**
	 * Decides, and takes over one hold of the chain, which is given up if that fails.
	 * @param owed what keeps evidence of a former bundle from being written
	 */
	static Decision of(Standing standing, Standing.Usable usable, @Nullable DenialReason owed, Clock clock) {
		try {
			DenialReason denial = standing.denialOfCallAt(clock.instant());
			return new Decision(usable, (denial != null) ? denial : owed, standing.isRecordable());
		}
		catch (RuntimeException | Error ex) {
			usable.chain().release();
			throw ex;
		}
	}

	@Override
	public @Nullable DenialReason denial() {
		return this.denial;
	}

	@Override
	public boolean isRecordable() {
		return this.recordable;
	}

	@Override
	public VerifiedGrant grant() {
		return this.usable.grant();
	}

	@Override
	public VerifiedGrant verify(String token) {
		return this.usable.verifier().verify(token);
	}

	@Override
	public SignedAuditEntry recordIntent(String action, VerifiedGrant grant, Map<String, ?> metadata) {
		try {
			SignedAuditEntry entry = log().appendIntent(action, grant, metadata);
			this.intent = entry;
			return entry;
		}
		catch (AuditLogException ex) {
			DenialReason reason = DenialReason.ofLogFault(ex.reason());
			throw new CallDeniedException(reason.code(), reason.message(), ex);
		}
	}

	@Override
	public SignedAuditEntry recordOutcome(String action, VerifiedGrant grant, String result, Map<String, ?> metadata) {
		return log().appendOutcome(action, grant, result, metadata, this.intent);
	}

	@Override
	public void recordDenial(String action, VerifiedGrant grant, Map<String, ?> facts, Map<String, ?> metadata) {
		log().appendDenial(action, grant, facts, metadata);
	}

	private OfflineAuditLog log() {
		return this.usable.chain().log();
	}

	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.usable.chain().release();
		}
	}

}
