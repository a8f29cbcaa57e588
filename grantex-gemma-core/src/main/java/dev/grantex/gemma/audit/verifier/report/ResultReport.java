package dev.grantex.gemma.audit.verifier.report;

/**
 * How often something had a result.
 *
 * @param result the result
 * @param entries how many entries have it
 */
public record ResultReport(String result, long entries) {

}
