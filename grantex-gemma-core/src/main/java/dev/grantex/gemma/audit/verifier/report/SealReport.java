package dev.grantex.gemma.audit.verifier.report;

import org.jspecify.annotations.Nullable;

/**
 * What a seal says of a chain, and whether the chain is as it says.
 *
 * @param file the seal's file name
 * @param state how seal and chain compare
 * @param signatureVerified whether the seal is signed with one of the public keys
 * @param statement what it states; absent if it cannot be read
 * @param missing entries before those that were given, which by its statement the service
 * has not accepted; absent if there are none
 * @param notKept entries before those that were given, which by its statement the service
 * has accepted, so that they may have been deleted; absent if there are none
 */
public record SealReport(String file, SealState state, boolean signatureVerified, @Nullable SealStatement statement,
		@Nullable SequenceRange missing, @Nullable SequenceRange notKept) {

}
