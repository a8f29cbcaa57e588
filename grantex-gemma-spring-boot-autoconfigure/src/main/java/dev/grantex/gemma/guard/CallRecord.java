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
		write(CallResult.STARTED, grant, Map.of(), null);
	}

	void succeeded(VerifiedGrant grant, @Nullable Object result) {
		write(CallResult.SUCCESS, grant, Map.of(), result);
	}

	void failed(VerifiedGrant grant, Throwable failure) {
		CallResult result = CallResult.of(failure);
		Map<String, Object> facts = (result == CallResult.ERROR)
				? Map.of("exception", CallResult.causeOf(failure).getClass().getName()) : Map.of();
		write(result, grant, facts, null);
	}

	void cancelled(VerifiedGrant grant) {
		write(CallResult.CANCELLED, grant, Map.of(), null);
	}

	void denied(VerifiedGrant grant, String reason, List<String> missingScopes) {
		Map<String, Object> facts = new LinkedHashMap<>();
		facts.put("reason", reason);
		facts.put("required_scopes", this.method.requirement().scopes());
		if (!missingScopes.isEmpty()) {
			facts.put("missing_scopes", missingScopes);
		}
		write(CallResult.DENIED, grant, facts, null);
	}

	private void write(CallResult result, VerifiedGrant grant, Map<String, Object> facts, @Nullable Object value) {
		Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
		metadata.put("method", this.method.name());
		metadata.putAll(facts);
		this.method.metadata(this.arguments, value).forEach((key, wanted) -> {
			if (!metadata.containsKey(key)) {
				metadata.put(key, wanted);
			}
		});
		// An interrupt must not close the log's file in the middle of a write.
		boolean interrupted = Thread.interrupted();
		try {
			this.decision.record(this.method.action(), grant, result.text(), metadata);
		}
		finally {
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
