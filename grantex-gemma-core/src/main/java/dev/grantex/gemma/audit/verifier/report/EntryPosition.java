package dev.grantex.gemma.audit.verifier.report;

/**
 * Where an entry stands.
 *
 * @param file the file's name
 * @param line the line's number in it, from 1
 * @param sequence the entry's sequence number
 */
public record EntryPosition(String file, long line, long sequence) {

}
