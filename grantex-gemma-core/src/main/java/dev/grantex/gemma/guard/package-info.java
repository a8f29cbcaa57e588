/**
 * The guard that enforces scopes on annotated methods and records every call:
 * {@code RequiresScopeAdvisor} puts it around them, {@code GuardedTypes} knows which they
 * are, and {@code CallGuard} asks the consent and records. It keeps no state of calls
 * beyond those under way, and may use {@code consent}, {@code audit} and {@code grant}.
 * {@code guard.check}, above it, refuses beans that it cannot guard. What is public here
 * for other rooms alone, and named in no documentation, is no API.
 */
@NullMarked
package dev.grantex.gemma.guard;

import org.jspecify.annotations.NullMarked;
