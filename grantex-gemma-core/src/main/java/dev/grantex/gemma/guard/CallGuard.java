package dev.grantex.gemma.guard;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
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
public final class CallGuard implements AutoCloseable {

	private final Consent consent;

	private final GrantSource grantSource;

	private final boolean recordIntent;

	private final ObservationRegistry observations;

	private final GuardLog log;

	private final CallNews news;

	private final RecordDeadlines deadlines;

	private final ProxyPassages passages = new ProxyPassages();

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
		this(consent, grantSource, recordIntent, observations, events, CallDecision.RECORDING_GRACE, Clock.systemUTC());
	}

	/**
	 * Creates a guard that waits for the application's metadata as long as it is told.
	 * @param clock tells when a line may be logged again
	 */
	CallGuard(Consent consent, GrantSource grantSource, boolean recordIntent, ObservationRegistry observations,
			ApplicationEventPublisher events, Duration grace, Clock clock) {
		this.consent = Objects.requireNonNull(consent, "consent");
		this.grantSource = Objects.requireNonNull(grantSource, "grantSource");
		this.recordIntent = recordIntent;
		this.observations = Objects.requireNonNull(observations, "observations");
		this.log = new GuardLog(clock);
		this.news = new CallNews(Objects.requireNonNull(events, "events"), this.log, clock);
		this.deadlines = new RecordDeadlines(grace);
	}

	/**
	 * Which calls are on their way from a guarding proxy to the bean.
	 */
	ProxyPassages passages() {
		return this.passages;
	}

	/**
	 * Whether {@link #enter} wants to know the caller.
	 */
	boolean asksForCaller() {
		return this.grantSource == GrantSource.CALLER;
	}

	/**
	 * Lets a call in.
	 * @param method the method to be called
	 * @param arguments its arguments
	 * @param caller who asks for the call, if that is asked for
	 * @param parent the observation the call is part of, or {@code null} for that of the
	 * thread
	 * @return the call, whose outcome has to be reported to it
	 * @throws GrantexGemmaException if the call may not run
	 */
	GuardedCall enter(GuardedMethod method, @Nullable Object[] arguments, Caller caller, @Nullable Observation parent) {
		if (!StackRoom.isEnough()) {
			// Nothing is held yet.
			this.news.deniedWithoutRoom(method.action());
			throw DenialReason.NOT_RECORDABLE.toException();
		}
		ObservedCall observed = ObservedCall.start(this.observations, this.log, method.action(), parent);
		try {
			return admit(method, new CallMetadata(method, arguments), caller, observed);
		}
		catch (Throwable ex) {
			observed.stop(CallResult.DENIED, ex);
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
		ObservedCall.start(this.observations, this.log, name, null).stop(CallResult.DENIED, denial);
		this.news.denied(name, DenialReason.UNGUARDED.code(), false);
		return denial;
	}

	/**
	 * Writes at once what still waits for metadata of the application.
	 */
	@Override
	public void close() {
		this.deadlines.close();
	}

	private GuardedCall admit(GuardedMethod method, CallMetadata metadata, Caller caller, ObservedCall observed) {
		boolean intended = method.recordsIntent(this.recordIntent);
		if (metadata.isEvaluated(intended)) {
			// Whoever is denied has none of the application's methods called, and nothing
			// is held while they run, however long that takes.
			permit(method, metadata, caller).decision().close();
			metadata.evaluate();
		}
		Permit permit = permit(method, metadata, caller);
		boolean entered = false;
		try {
			CallRecord record = new CallRecord(method, permit.decision(), permit.grant());
			prepare(method, record, metadata);
			if (intended) {
				recordIntent(method, record, metadata);
				prepare(method, record, metadata);
			}
			GuardedCall call = new GuardedCall(permit.decision(), record, metadata, observed, this.deadlines, this.log,
					(result) -> this.news.endedLate(method.action(), result));
			permit.decision().watch(call);
			entered = true;
			return call;
		}
		finally {
			if (!entered) {
				permit.decision().close();
			}
		}
	}

	/**
	 * Finds out whether a call may run now.
	 * @return the permission, to be closed when the call is on record
	 * @throws GrantexGemmaException if it may not
	 */
	private Permit permit(GuardedMethod method, CallMetadata metadata, Caller caller) {
		CallDecision decision = this.consent.decide();
		boolean permitted = false;
		try {
			DenialReason denial = decision.denial();
			if (denial != null) {
				deny(method, metadata, decision, recordableGrant(decision, caller), denial.code(), List.of());
				throw denial.toException();
			}
			VerifiedGrant grant = grant(method, decision, caller);
			List<String> missing = Scopes.missing(grant, method.requirement().scopes());
			if (!missing.isEmpty()) {
				deny(method, metadata, decision, grant, DenialReason.SCOPE_VIOLATION.code(), missing);
				throw new ScopeViolationException(missing);
			}
			permitted = true;
			return new Permit(decision, grant);
		}
		finally {
			if (!permitted) {
				decision.close();
			}
		}
	}

	/**
	 * The grant to record the device's denial under, if there is a chain and whoever
	 * calls may leave anything in it.
	 */
	private @Nullable VerifiedGrant recordableGrant(CallDecision decision, Caller caller) {
		try {
			return decision.isRecordable() ? this.grantSource.grant(decision, caller) : null;
		}
		catch (CallDeniedException ex) {
			return null;
		}
	}

	private VerifiedGrant grant(GuardedMethod method, CallDecision decision, Caller caller) {
		try {
			return this.grantSource.grant(decision, caller);
		}
		catch (CallDeniedException ex) {
			this.news.deniedCaller(method.action(), ex);
			throw ex;
		}
	}

	/**
	 * Makes before the call what will be written after it, because by then it is too late
	 * to find out that it cannot be made.
	 */
	private void prepare(GuardedMethod method, CallRecord record, CallMetadata metadata) {
		try {
			record.prepare(metadata.namesResult() ? RecordDeadlines.LATE : metadata.beforehand());
		}
		catch (Throwable ex) {
			this.log.tell(GuardLog.Trouble.PREPARATION, method.action(), ex);
			DenialReason reason = DenialReason.NOT_RECORDABLE;
			this.news.denied(method.action(), reason.code(),
					recordDenial(() -> record.denied(reason.code(), List.of(), Map.of())));
			throw reason.toException();
		}
	}

	private void recordIntent(GuardedMethod method, CallRecord record, CallMetadata metadata) {
		try {
			record.started(metadata.beforehand());
		}
		catch (GrantexGemmaException ex) {
			DenialReason unknown = DenialReason.LOG_UNWRITABLE;
			String reason = (ex instanceof CallDeniedException denial) ? denial.reason() : unknown.code();
			this.news.denied(method.action(), reason, false);
			throw (ex instanceof CallDeniedException) ? ex : unknown.toException();
		}
	}

	private void deny(GuardedMethod method, CallMetadata metadata, CallDecision decision, @Nullable VerifiedGrant grant,
			String reason, List<String> missingScopes) {
		boolean recorded = false;
		if (grant != null) {
			CallRecord record = new CallRecord(method, decision, grant);
			recorded = recordDenial(() -> record(record, metadata, decision, reason, missingScopes));
		}
		// A listener may take as long as it likes.
		decision.close();
		this.news.denied(method.action(), reason, recorded);
	}

	private void record(CallRecord record, CallMetadata metadata, CallDecision decision, String reason,
			List<String> missingScopes) {
		if (!metadata.isAsked()) {
			record.denied(reason, missingScopes, Map.of());
			return;
		}
		this.deadlines.begin((asked) -> {
			// The application's code may still hold up the caller.
			try (decision) {
				record.denied(reason, missingScopes, asked);
			}
		}).complete(metadata::ofDenial);
	}

	private boolean recordDenial(Runnable recording) {
		try {
			recording.run();
			return true;
		}
		catch (Throwable ex) {
			this.log.tell(GuardLog.Trouble.DENIAL, ex);
			return false;
		}
	}

	/**
	 * The permission of one call.
	 *
	 * @param decision holds the chain
	 * @param grant what the call runs under
	 */
	private record Permit(CallDecision decision, VerifiedGrant grant) {

	}

}
