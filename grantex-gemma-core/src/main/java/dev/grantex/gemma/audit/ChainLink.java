package dev.grantex.gemma.audit;

/**
 * What verification needs of one entry, whatever form it was written in.
 *
 * @param seq the sequence number
 * @param prevHash the hash it claims its predecessor has
 * @param hash the hash it claims to have
 * @param hashText the text whose hash it must have
 * @param signature the signature's bytes
 * @param ambiguous whether a field holds a separator, so that another entry has the same
 * hash
 */
public record ChainLink(long seq, String prevHash, String hash, String hashText, byte[] signature, boolean ambiguous) {

}
