package dev.grantex.gemma.consent;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * The device's answer about one call. It keeps the audit chain that permitted the call
 * open until it is closed, so that the outcome is recorded there also when the bundle is
 * swapped meanwhile. Thread-safe; closing twice has no effect.
 */
public interface CallDecision extends AutoCloseable {

	/**
	 * How long after a call's end its record may wait for the application's own code.
	 */
	Duration RECORDING_GRACE = Duration.ofSeconds(5);

	/**
	 * Why the call may not run, or {@code null} if it may.
	 */
	@Nullable DenialReason denial();

	/**
	 * Whether there is a chain and a key to record something with. Always so for a
	 * permitted call; a denial without a usable key cannot be an entry.
	 */
	boolean isRecordable();

	/**
	 * The grant of the device's own bundle.
	 * @throws IllegalStateException if the decision is not {@linkplain #isRecordable()
	 * recordable}
	 */
	VerifiedGrant grant();

	/**
	 * Verifies a token that a caller brought along: against the bundle's keys, and pinned
	 * to the bundle's customer and issuer.
	 * @param token the compact JWS
	 * @return what the token grants
	 * @throws OfflineVerificationException if the token is not valid here
	 */
	VerifiedGrant verify(String token);

	/**
	 * Records that the call is about to be made, and returns when that is forced to disk,
	 * whatever the durability. The outcome will name this entry.
	 * @param action what is to be done
	 * @param grant the grant it is to be done under
	 * @param metadata what else to record
	 * @return the entry
	 * @throws CallDeniedException if the entry could not be written, with the reason; the
	 * call must not be made
	 */
	SignedAuditEntry recordIntent(String action, VerifiedGrant grant, Map<String, ?> metadata);

	/**
	 * Records how the call ended, on the chain that permitted it, and returns when that
	 * is as durable as configured.
	 * @param action what was done
	 * @param grant the grant it was done under
	 * @param result the result, such as {@code success}
	 * @param metadata what else to record
	 * @return the entry
	 * @throws GrantexGemmaException if the entry could not be written; it is written
	 * before anything else once that is possible, and every call is denied until then
	 */
	default SignedAuditEntry recordOutcome(String action, VerifiedGrant grant, String result, Map<String, ?> metadata) {
		return prepareOutcome(action, grant, result, metadata).record(() -> {
		});
	}

	/**
	 * Makes what {@link #recordOutcome} will write, as far as that does not depend on
	 * what was written before: all that may fail because of what it says. To be done
	 * before the call is made, but after {@link #recordIntent}.
	 * @param action what is to be done
	 * @param grant the grant it is to be done under
	 * @param result the result that it will have
	 * @param metadata what else to record
	 * @return the outcome, to be recorded once it has come to that
	 */
	Outcome prepareOutcome(String action, VerifiedGrant grant, String result, Map<String, ?> metadata);

	/**
	 * Takes note that the call ended. Until the decision is closed it is
	 * {@linkplain ConsentStatus#unrecorded() counted} as one that is not on record.
	 */
	default void ended() {
	}

	/**
	 * Records that the call was denied: in an entry of its own, or counted with others
	 * that are equal in action, grant and facts.
	 * @param action what was denied
	 * @param grant the grant it was to be done under
	 * @param facts why
	 * @param metadata what else to record, if it gets an entry of its own
	 * @throws GrantexGemmaException if it could not be recorded
	 */
	void recordDenial(String action, VerifiedGrant grant, Map<String, ?> facts, Map<String, ?> metadata);

	/**
	 * Has a permitted call told what becomes of its chain, until the decision is closed.
	 * @param call the call, which closes this decision when it has ended
	 */
	default void watch(RunningCall call) {
	}

	@Override
	void close();

	/**
	 * How a call ended, complete but for its place in the chain.
	 */
	@FunctionalInterface
	interface Outcome {

		/**
		 * Records it, on the chain that permitted the call, and returns when that is as
		 * durable as configured.
		 * @param onRecord run once it is, before listeners of the log are told of it,
		 * which may take as long as they like
		 * @return the entry
		 * @throws GrantexGemmaException if the entry could not be written; it is written
		 * before anything else once that is possible, and every call is denied until then
		 */
		SignedAuditEntry record(Runnable onRecord);

	}

}
