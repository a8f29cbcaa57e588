package dev.grantex.gemma.consent;

import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.EntryDraft;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * The decision about a call under a bundle whose log is open.
 */
final class Decision implements CallDecision {

	private final Standing.Open standing;

	private final @Nullable DenialReason denial;

	private final boolean recordable;

	private final EndedCalls endedCalls;

	private final AtomicBoolean closed = new AtomicBoolean();

	private volatile @Nullable SignedAuditEntry intent;

	private volatile @Nullable RunningCall call;

	private Decision(Standing.Open standing, @Nullable DenialReason denial, boolean recordable, EndedCalls endedCalls) {
		this.standing = standing;
		this.denial = denial;
		this.recordable = recordable;
		this.endedCalls = endedCalls;
	}

	/**
	 * Decides, and takes over one hold of the chain, which is given up if that fails.
	 * @param owed what keeps evidence of a former bundle from being written
	 */
	static Decision of(Standing.Open standing, @Nullable DenialReason owed, Clock clock, EndedCalls endedCalls) {
		try {
			DenialReason denial = standing.denialOfCallAt(clock.instant());
			Decision decision = new Decision(standing, (denial != null) ? denial : owed, standing.isRecordable(),
					endedCalls);
			if (decision.denial == null) {
				standing.chain().permit();
			}
			return decision;
		}
		catch (RuntimeException | Error ex) {
			standing.chain().release();
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
		return this.standing.grant();
	}

	@Override
	public VerifiedGrant verify(String token) {
		return this.standing.verifier().verify(token);
	}

	@Override
	public SignedAuditEntry recordIntent(String action, VerifiedGrant grant, Map<String, ?> metadata) {
		try {
			SignedAuditEntry entry = log().appendIntent(action, grant, metadata);
			this.intent = entry;
			return entry;
		}
		catch (AuditLogException ex) {
			throw StateTable.denialByLogFault(ex.reason()).toException();
		}
	}

	@Override
	public Outcome prepareOutcome(String action, VerifiedGrant grant, String result, Map<String, ?> metadata) {
		EntryDraft prepared = log().prepareOutcome(action, grant, result, metadata, this.intent);
		return (onRecord) -> log().appendOutcome(prepared, onRecord);
	}

	@Override
	public void recordDenial(String action, VerifiedGrant grant, Map<String, ?> facts, Map<String, ?> metadata) {
		log().appendDenial(action, grant, facts, metadata);
	}

	private OfflineAuditLog log() {
		return this.standing.chain().log();
	}

	@Override
	public void ended() {
		this.endedCalls.add(this);
	}

	@Override
	public void watch(RunningCall call) {
		this.call = call;
		this.standing.chain().calls().add(call);
	}

	@Override
	public void close() {
		this.endedCalls.remove(this);
		if (this.closed.compareAndSet(false, true)) {
			RunningCall watched = this.call;
			if (watched != null) {
				this.standing.chain().calls().remove(watched);
			}
			if (this.denial == null) {
				this.standing.chain().releasePermitted();
			}
			else {
				this.standing.chain().release();
			}
		}
	}

}
