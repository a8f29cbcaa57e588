package dev.grantex.gemma.audit.store;

/**
 * What became of a chain that cannot go on.
 *
 * @param name where it is
 * @param sha256 the SHA-256 of the checksums of all that is there, as lower-case hex
 * @param last the last line that could be read
 */
public record ArchivedFiles(String name, String sha256, Head last) {

}
