package dev.grantex.gemma.audit.store;

/**
 * Which chain it is.
 *
 * @param id what the chain is called
 * @param owner whom its lines name
 */
public record ChainId(String id, String owner) {

}
