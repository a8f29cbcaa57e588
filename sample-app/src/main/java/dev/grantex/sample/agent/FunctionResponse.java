package dev.grantex.sample.agent;

/**
 * What the model gets back.
 *
 * @param name the tool that was called
 * @param result what it returned
 */
record FunctionResponse(String name, Object result) {

}
