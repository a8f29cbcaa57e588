package dev.grantex.gemma.sync;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.bundle.StrandingReason;

/**
 * Published when a bundle's chain was found to be unable to grow on the service any more.
 * If it is the current one, guarded calls are denied by then.
 *
 * @param bundleId the bundle, current or former
 * @param reason why
 * @param sequence the entry where the chain cannot go on, if that is known
 */
public record ChainStranded(String bundleId, StrandingReason reason, @Nullable Long sequence) {

}
