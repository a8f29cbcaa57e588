package dev.grantex.gemma.guard;

/**
 * The application event that tells how a call ended of which the audit log says that it
 * was still running when its chain could wait no longer. There is no other entry of it.
 *
 * @param action the action that was done
 * @param result how it ended, as in audit entries
 */
public record LateOutcome(String action, String result) {

}
