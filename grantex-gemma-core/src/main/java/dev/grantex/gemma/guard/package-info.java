/**
 * The guard that enforces scopes on annotated methods and records every call.
 */
@NullMarked
package dev.grantex.gemma.guard;

import org.jspecify.annotations.NullMarked;
