package dev.grantex.gemma.guard;

import java.util.List;
import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.ScopeViolationException;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.Consent;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.grant.Scopes;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * Lets calls in or denies them. Every denial is published as {@link CallDenied} and
 * counted in the observation {@code grantex.gemma.guard}; it is recorded where there is a
 * chain to record it on, many equal ones as one entry, except for callers without a valid
 * token, who could fill the log at will. Thread-safe.
 */
public final class CallGuard {

	private static final Log logger = LogFactory.getLog(CallGuard.class);

	private final Consent consent;

	private final GrantSource grantSource;

	private final boolean recordIntent;

	private final ObservationRegistry observations;

	private final ApplicationEventPublisher events;

	/**
	 * Creates a guard.
	 * @param consent decides whether the device may act at all
	 * @param grantSource whose grant calls run under
	 * @param recordIntent whether an entry is written before a call where the annotation
	 * does not say
	 * @param observations where calls are observed
	 * @param events where denials are published
	 */
	public CallGuard(Consent consent, GrantSource grantSource, boolean recordIntent, ObservationRegistry observations,
			ApplicationEventPublisher events) {
		this.consent = Objects.requireNonNull(consent, "consent");
		this.grantSource = Objects.requireNonNull(grantSource, "grantSource");
		this.recordIntent = recordIntent;
		this.observations = Objects.requireNonNull(observations, "observations");
		this.events = Objects.requireNonNull(events, "events");
	}

	/**
	 * Whether {@link #enter} wants to know the caller's token.
	 */
	boolean asksForCallerToken() {
		return this.grantSource == GrantSource.CALLER;
	}

	/**
	 * Lets a call in.
	 * @param method the method to be called
	 * @param arguments its arguments
	 * @param callerToken the caller's bearer token, if there is one and it is asked for
	 * @param parent the observation the call is part of, or {@code null} for that of the
	 * thread
	 * @return the call, whose outcome has to be reported to it
	 * @throws GrantexGemmaException if the call may not run
	 */
	GuardedCall enter(GuardedMethod method, @Nullable Object[] arguments, @Nullable String callerToken,
			@Nullable Observation parent) {
		Observation observation = GuardObservation.CALL.start(this.observations, method.action(), parent);
		try {
			return admit(method, arguments, callerToken, observation);
		}
		catch (RuntimeException | Error ex) {
			GuardObservation.CALL.stop(observation, CallResult.DENIED.text(), ex);
			throw ex;
		}
	}

	/**
	 * Denies a call of which it is not known what it needs.
	 * @param name the method
	 * @return the exception to throw
	 */
	GrantexGemmaException refuse(String name) {
		GrantexGemmaException denial = DenialReason.UNGUARDED.toException();
		Observation observation = GuardObservation.CALL.start(this.observations, name, null);
		GuardObservation.CALL.stop(observation, CallResult.DENIED.text(), denial);
		publish(name, DenialReason.UNGUARDED.code(), false);
		return denial;
	}

	private GuardedCall admit(GuardedMethod method, @Nullable Object[] arguments, @Nullable String callerToken,
			Observation observation) {
		CallDecision decision = this.consent.decide();
		try {
			CallRecord record = new CallRecord(method, arguments, decision);
			DenialReason denial = decision.denial();
			if (denial != null) {
				deny(method, record, recordableGrant(decision, callerToken), denial.code(), List.of());
				throw denial.toException();
			}
			VerifiedGrant grant = grant(method, decision, callerToken);
			List<String> missing = Scopes.missing(grant, method.requirement().scopes());
			if (!missing.isEmpty()) {
				deny(method, record, grant, DenialReason.SCOPE_VIOLATION.code(), missing);
				throw new ScopeViolationException(missing);
			}
			recordIntent(method, record, grant);
			return new GuardedCall(decision, grant, record, observation);
		}
		catch (RuntimeException | Error ex) {
			decision.close();
			throw ex;
		}
	}

	/**
	 * The grant to record the device's denial under, if there is a chain and whoever
	 * calls may leave anything in it.
	 */
	private @Nullable VerifiedGrant recordableGrant(CallDecision decision, @Nullable String callerToken) {
		try {
			return decision.isRecordable() ? this.grantSource.grant(decision, callerToken) : null;
		}
		catch (CallDeniedException ex) {
			return null;
		}
	}

	private VerifiedGrant grant(GuardedMethod method, CallDecision decision, @Nullable String callerToken) {
		try {
			return this.grantSource.grant(decision, callerToken);
		}
		catch (CallDeniedException ex) {
			logger.debug("Denied a call without a valid bearer token");
			publish(method.action(), ex.reason(), false);
			throw ex;
		}
	}

	private void recordIntent(GuardedMethod method, CallRecord record, VerifiedGrant grant) {
		RecordIntent intent = method.requirement().recordIntent();
		if (intent == RecordIntent.NEVER || (intent == RecordIntent.DEFAULT && !this.recordIntent)) {
			return;
		}
		try {
			record.started(grant);
		}
		catch (RuntimeException ex) {
			CallDeniedException denial = (ex instanceof CallDeniedException known) ? known : new CallDeniedException(
					DenialReason.LOG_UNWRITABLE.code(), DenialReason.LOG_UNWRITABLE.message(), ex);
			tell(method, denial.reason(), false);
			throw denial;
		}
	}

	private void deny(GuardedMethod method, CallRecord record, @Nullable VerifiedGrant grant, String reason,
			List<String> missingScopes) {
		boolean recorded = false;
		if (grant != null) {
			try {
				record.denied(grant, reason, missingScopes);
				recorded = true;
			}
			catch (RuntimeException ex) {
				logger.warn("The denial of a call could not be recorded", ex);
			}
		}
		tell(method, reason, recorded);
	}

	private void tell(GuardedMethod method, String reason, boolean recorded) {
		if (!recorded) {
			logger.warn("Denied '" + method.action() + "' without an entry in the audit log: " + reason);
		}
		publish(method.action(), reason, recorded);
	}

	private void publish(String action, String reason, boolean recorded) {
		try {
			this.events.publishEvent(new CallDenied(action, reason, recorded));
		}
		catch (RuntimeException ex) {
			logger.warn("A listener failed to handle the denial of a call", ex);
		}
	}

}
