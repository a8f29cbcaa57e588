package dev.grantex.gemma.audit.verifier.report;

/**
 * A range of sequence numbers.
 *
 * @param first the first
 * @param last the last, inclusive
 */
public record SequenceRange(long first, long last) {

}
