package dev.grantex.gemma.audit.verifier.report;

/**
 * A file that was given.
 *
 * @param file its name
 * @param state what it is
 * @param bytes its size in bytes
 * @param lines how many complete lines it has
 * @param unfinishedLastLine whether a last line follows that was not written completely,
 * as a crash leaves it; it was never acknowledged and counts as no entry
 */
public record FileReport(String file, FileState state, long bytes, long lines, boolean unfinishedLastLine) {

}
