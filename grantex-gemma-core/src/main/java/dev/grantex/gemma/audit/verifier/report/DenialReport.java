package dev.grantex.gemma.audit.verifier.report;

/**
 * The denials for one reason.
 *
 * @param reason the reason
 * @param denials how many calls were denied; equal denials may share an entry
 * @param entries how many entries record them
 * @param unproven how many of these entries come after the chain's first break
 */
public record DenialReport(String reason, long denials, long entries, long unproven) {

}
