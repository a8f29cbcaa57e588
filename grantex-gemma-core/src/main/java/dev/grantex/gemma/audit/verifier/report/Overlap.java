package dev.grantex.gemma.audit.verifier.report;

/**
 * Entries of a file that other files hold as well. They are counted once.
 *
 * @param file the name of the file that repeats them
 * @param first the first sequence number
 * @param last the last sequence number, inclusive
 * @param identical whether they are the same entries
 */
public record Overlap(String file, long first, long last, boolean identical) {

}
