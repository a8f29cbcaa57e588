package dev.grantex.gemma.audit.verifier.report;

import org.jspecify.annotations.Nullable;

/**
 * A line at which a chain does not hold.
 *
 * @param file the file's name
 * @param line the line's number in it, from 1
 * @param sequence the sequence number that the line claims; absent if it cannot be read
 * @param expected the sequence number that belongs there; absent if that is not known
 * @param reason why it does not hold, in constant words
 */
public record ChainBreak(String file, long line, @Nullable Long sequence, @Nullable Long expected, String reason) {

}
