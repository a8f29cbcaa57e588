package dev.grantex.gemma.guard;

import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.ApplicationEventPublisher;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.ThrottledLine;
import dev.grantex.gemma.consent.DenialReason;

/**
 * Publishes what became of calls, of every one, and logs what stands in no entry, for
 * each reason once a minute at most. Thread-safe; what listeners throw reaches nobody.
 */
final class CallNews {

	private static final Log logger = LogFactory.getLog(CallNews.class);

	private final ApplicationEventPublisher events;

	private final GuardLog log;

	/** By the codes of all reasons: whatever else is a reason shares one line. */
	private final Map<String, ThrottledLine> unrecorded;

	private final ThrottledLine otherwiseUnrecorded;

	private final ThrottledLine lostCaller;

	private final ThrottledLine withoutToken;

	private final Map<CallResult, ThrottledLine> late;

	/**
	 * Creates news.
	 * @param log is told of listeners that fail
	 * @param clock tells when a minute is over
	 */
	CallNews(ApplicationEventPublisher events, GuardLog log, Clock clock) {
		this.events = events;
		this.log = log;
		this.unrecorded = Stream.of(DenialReason.values())
			.map(DenialReason::code)
			.distinct()
			.collect(Collectors.toUnmodifiableMap(Function.identity(), (code) -> new ThrottledLine(logger, clock)));
		this.otherwiseUnrecorded = new ThrottledLine(logger, clock);
		this.lostCaller = new ThrottledLine(logger, clock);
		this.withoutToken = new ThrottledLine(logger, clock);
		this.late = ThrottledLine.forEach(CallResult.class, logger, clock);
	}

	/**
	 * A call was denied.
	 */
	void denied(String action, String reason, boolean recorded) {
		if (!recorded) {
			this.unrecorded.getOrDefault(reason, this.otherwiseUnrecorded)
				.warn(() -> "Denied '" + action + "' without an entry in the audit log: " + reason, null);
		}
		publish(new CallDenied(action, reason, recorded));
	}

	/**
	 * A call was denied because the stack has no room for it, perhaps not even for
	 * telling of it.
	 */
	void deniedWithoutRoom(String action) {
		try {
			denied(action, DenialReason.NOT_RECORDABLE.code(), false);
		}
		catch (StackOverflowError ex) {
			// The caller gets to know all the same.
		}
	}

	/**
	 * A call was denied because its caller has no valid grant. Anybody can send such
	 * calls, as many as they like.
	 */
	void deniedCaller(String action, CallDeniedException denial) {
		if (denial.reason().equals(DenialReason.NO_CALLER.code())) {
			this.lostCaller.warn(() -> lostCaller(action), null);
		}
		else {
			this.withoutToken.debug(() -> "Denied a call without a valid bearer token", null);
		}
		publish(new CallDenied(action, denial.reason(), false));
	}

	/**
	 * A call ended of which the audit log says that it was still running.
	 */
	void endedLate(String action, CallResult result) {
		Objects.requireNonNull(this.late.get(result))
			.warn(() -> "'" + action + "' ended (" + result.text()
					+ ") after its chain could no longer wait for it; the audit log says that it was still running",
					null);
		publish(new LateOutcome(action, result.text()));
	}

	private void publish(Object event) {
		this.log.attempt(GuardLog.Trouble.LISTENER, () -> this.events.publishEvent(event));
	}

	/**
	 * Says how the security context gets to where a guarded call is made.
	 */
	private static String lostCaller(String action) {
		return "Denied '" + action
				+ "' (no_caller): there is no security context where it is called, so its caller is not known. On another"
				+ " thread (@Async, an executor, a scheduler), let a DelegatingSecurityContextAsyncTaskExecutor or"
				+ " DelegatingSecurityContextExecutor run the task; in a reactive chain, subscribe within the request's"
				+ " own chain, or add contextWrite(ReactiveSecurityContextHolder.withAuthentication(...)).";
	}

}
