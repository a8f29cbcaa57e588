package dev.grantex.sample.agent;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A function call as a model writes it.
 *
 * @param name the tool
 * @param arguments its arguments by name
 */
record FunctionCall(@Nullable String name, @Nullable Map<String, Object> arguments) {

}
