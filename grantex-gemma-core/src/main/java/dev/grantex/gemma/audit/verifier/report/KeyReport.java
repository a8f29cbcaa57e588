package dev.grantex.gemma.audit.verifier.report;

/**
 * A public key that signatures were verified with.
 *
 * @param fingerprint the lower-case hex SHA-256 of the key's SubjectPublicKeyInfo in DER
 * @param source the file it came from
 * @param entries how many entries it has signed
 */
public record KeyReport(String fingerprint, String source, long entries) {

}
