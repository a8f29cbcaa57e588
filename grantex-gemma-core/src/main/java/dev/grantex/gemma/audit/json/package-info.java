/**
 * Canonical JSON, the text that is hashed and signed, and its strict reader. The room
 * uses the look at escapes of {@code bundle} and no other. What is public here is so for
 * other rooms and no API.
 */
@NullMarked
package dev.grantex.gemma.audit.json;

import org.jspecify.annotations.NullMarked;
