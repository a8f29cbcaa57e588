package dev.grantex.gemma.bundle;

/**
 * A public key of a bundle's audit chain and where in the chain its use began. A chain
 * spans several keys, because every refresh of the bundle brings a new one.
 *
 * @param publicKey the public key as SPKI in PEM
 * @param firstSequence the first sequence number that may be signed with it, from 1
 */
public record AuditPublicKey(String publicKey, long firstSequence) {

}
