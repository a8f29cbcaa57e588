package dev.grantex.gemma.guard;

/**
 * The application event that tells of a denied call, also where there is no key to record
 * the denial with.
 *
 * @param action the action that was denied
 * @param reason the reason, as in audit entries
 * @param recorded whether the denial is in the audit log, in an entry of its own or
 * counted by one that follows within minutes
 */
public record CallDenied(String action, String reason, boolean recorded) {

}
