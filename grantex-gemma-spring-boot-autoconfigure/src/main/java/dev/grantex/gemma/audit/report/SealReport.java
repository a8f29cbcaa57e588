package dev.grantex.gemma.audit.report;

import org.jspecify.annotations.Nullable;

/**
 * What a seal says of a chain, and whether the chain is as it says.
 *
 * @param file the seal's file name
 * @param state how seal and chain compare
 * @param signatureVerified whether the seal is signed with one of the public keys
 * @param statement what it states; absent if it cannot be read
 */
public record SealReport(String file, SealState state, boolean signatureVerified, @Nullable SealStatement statement) {

}
