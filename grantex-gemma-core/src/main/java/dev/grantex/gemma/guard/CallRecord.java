package dev.grantex.gemma.guard;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Writes the entries about one call. What the guard itself has to say comes first in the
 * metadata, where neither the application's own keys nor a cut at the end can touch it.
 * What the application has to say is given: making it runs the application's code.
 */
final class CallRecord {

	private final GuardedMethod method;

	private final CallDecision decision;

	private final VerifiedGrant grant;

	private CallDecision.@Nullable Outcome prepared;

	private @Nullable Map<String, Object> preparedWith;

	CallRecord(GuardedMethod method, CallDecision decision, VerifiedGrant grant) {
		this.method = method;
		this.decision = decision;
		this.grant = grant;
	}

	/**
	 * Makes the entry of a call that succeeds, so that it is known before the call that
	 * entries about it can be made.
	 * @param asked what the application has to say unless it is asked again
	 */
	void prepare(Map<String, Object> asked) {
		this.prepared = outcome(CallResult.SUCCESS, null, asked);
		this.preparedWith = asked;
	}

	void started(Map<String, Object> asked) {
		Map<String, Object> metadata = metadata(facts(), asked);
		withoutInterrupt(() -> this.decision.recordIntent(this.method.action(), this.grant, metadata));
	}

	/**
	 * Records how the call ended.
	 * @param onRecord run once it is on record, before listeners are told
	 */
	void ended(CallResult result, @Nullable Throwable failure, Map<String, Object> asked, Runnable onRecord) {
		CallDecision.Outcome known = this.prepared;
		boolean asPrepared = result == CallResult.SUCCESS && asked == this.preparedWith;
		CallDecision.Outcome outcome = (asPrepared && known != null) ? known : outcome(result, failure, asked);
		withoutInterrupt(() -> outcome.record(onRecord));
	}

	/**
	 * Records that nobody knows yet how the call ends.
	 * @param onRecord run once that is on record, before listeners are told
	 */
	void stillRunning(Map<String, Object> asked, Runnable onRecord) {
		Map<String, Object> facts = facts();
		facts.put("still_running", true);
		CallDecision.Outcome outcome = this.decision.prepareOutcome(this.method.action(), this.grant,
				CallResult.ERROR.text(), metadata(facts, asked));
		withoutInterrupt(() -> outcome.record(onRecord));
	}

	void denied(String reason, List<String> missingScopes, Map<String, Object> asked) {
		Map<String, Object> facts = facts();
		facts.put("reason", reason);
		facts.put("required_scopes", this.method.requirement().scopes());
		if (!missingScopes.isEmpty()) {
			facts.put("missing_scopes", missingScopes);
		}
		Map<String, Object> others = new LinkedHashMap<>(asked);
		others.keySet().removeAll(facts.keySet());
		withoutInterrupt(() -> this.decision.recordDenial(this.method.action(), this.grant, facts, others));
	}

	private CallDecision.Outcome outcome(CallResult result, @Nullable Throwable failure, Map<String, Object> asked) {
		Map<String, Object> facts = facts();
		if (failure != null && result == CallResult.ERROR) {
			facts.put("exception", CallResult.causeOf(failure).getClass().getName());
		}
		return this.decision.prepareOutcome(this.method.action(), this.grant, result.text(), metadata(facts, asked));
	}

	private Map<String, Object> facts() {
		Map<String, Object> facts = new LinkedHashMap<>();
		facts.put("method", this.method.name());
		return facts;
	}

	private static Map<String, Object> metadata(Map<String, Object> facts, Map<String, Object> asked) {
		Map<String, Object> metadata = new LinkedHashMap<>(facts);
		asked.forEach(metadata::putIfAbsent);
		return metadata;
	}

	/**
	 * An interrupt must not close the log's file in the middle of a write.
	 */
	private static void withoutInterrupt(Runnable writing) {
		boolean interrupted = Thread.interrupted();
		try {
			writing.run();
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
