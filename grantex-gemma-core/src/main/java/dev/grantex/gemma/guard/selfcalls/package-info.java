/**
 * Finds guarded methods that their own bean calls past the guard, by reading class files:
 * {@code SelfCallCheck} is asked for a class, {@code SelfCalls} follows its methods from
 * call to call, and {@code KnownObjects} follows the bean through the code of one. It
 * keeps the files that it has read, and may use {@code guard}. Nothing here is API.
 */
@NullMarked
package dev.grantex.gemma.guard.selfcalls;

import org.jspecify.annotations.NullMarked;
