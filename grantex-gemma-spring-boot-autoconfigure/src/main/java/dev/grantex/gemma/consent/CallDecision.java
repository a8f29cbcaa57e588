package dev.grantex.gemma.consent;

import java.util.Map;

import org.jspecify.annotations.Nullable;

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
	 * Why the call may not run, or {@code null} if it may.
	 */
	@Nullable DenialReason denial();

	/**
	 * Whether there is a chain and a key to record the outcome with. Always so for a
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
	 * Appends an entry to the chain that permitted the call and returns when it is as
	 * durable as configured.
	 * @param action what was done
	 * @param grant the grant it was done under
	 * @param result the result, such as {@code success}
	 * @param metadata what else to record
	 * @return the entry
	 * @throws GrantexGemmaException if the entry could not be written
	 */
	SignedAuditEntry record(String action, VerifiedGrant grant, String result, Map<String, ?> metadata);

	@Override
	void close();

}
