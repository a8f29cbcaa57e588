package dev.grantex.gemma.guard;

/**
 * Why a method that asks for scopes cannot be guarded.
 *
 * @param method the method as {@code Type.method}
 * @param problem what is wrong, the end of a sentence that begins with the method
 * @param remedy what to do about it, one sentence
 */
record GuardFault(String method, String problem, String remedy) {

}
