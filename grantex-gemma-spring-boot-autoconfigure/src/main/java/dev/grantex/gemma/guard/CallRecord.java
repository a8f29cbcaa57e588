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
 */
final class CallRecord {

	private final GuardedMethod method;

	private final @Nullable Object[] arguments;

	private final CallDecision decision;

	CallRecord(GuardedMethod method, @Nullable Object[] arguments, CallDecision decision) {
		this.method = method;
		this.arguments = arguments;
		this.decision = decision;
	}

	void started(VerifiedGrant grant) {
		Map<String, ?> metadata = metadata(facts(), null);
		withoutInterrupt(() -> this.decision.recordIntent(this.method.action(), grant, metadata));
	}

	void succeeded(VerifiedGrant grant, @Nullable Object result) {
		ended(CallResult.SUCCESS, grant, facts(), result);
	}

	void failed(VerifiedGrant grant, Throwable failure) {
		CallResult result = CallResult.of(failure);
		Map<String, Object> facts = facts();
		if (result == CallResult.ERROR) {
			facts.put("exception", CallResult.causeOf(failure).getClass().getName());
		}
		ended(result, grant, facts, null);
	}

	void cancelled(VerifiedGrant grant) {
		ended(CallResult.CANCELLED, grant, facts(), null);
	}

	void denied(VerifiedGrant grant, String reason, List<String> missingScopes) {
		Map<String, Object> facts = facts();
		facts.put("reason", reason);
		facts.put("required_scopes", this.method.requirement().scopes());
		if (!missingScopes.isEmpty()) {
			facts.put("missing_scopes", missingScopes);
		}
		Map<String, @Nullable Object> metadata = wanted(facts, null);
		withoutInterrupt(() -> this.decision.recordDenial(this.method.action(), grant, facts, metadata));
	}

	private void ended(CallResult result, VerifiedGrant grant, Map<String, Object> facts, @Nullable Object value) {
		Map<String, @Nullable Object> metadata = metadata(facts, value);
		withoutInterrupt(() -> this.decision.recordOutcome(this.method.action(), grant, result.text(), metadata));
	}

	private Map<String, Object> facts() {
		Map<String, Object> facts = new LinkedHashMap<>();
		facts.put("method", this.method.name());
		return facts;
	}

	private Map<String, @Nullable Object> metadata(Map<String, Object> facts, @Nullable Object value) {
		Map<String, @Nullable Object> metadata = new LinkedHashMap<>(facts);
		metadata.putAll(wanted(facts, value));
		return metadata;
	}

	/**
	 * What the application wants to be recorded, as far as the guard itself does not say
	 * it.
	 */
	private Map<String, @Nullable Object> wanted(Map<String, Object> facts, @Nullable Object value) {
		Map<String, @Nullable Object> wanted = this.method.metadata(this.arguments, value);
		wanted.keySet().removeAll(facts.keySet());
		return wanted;
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
