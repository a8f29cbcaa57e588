/**
 * The exceptions of offline authorization.
 */
@NullMarked
package dev.grantex.gemma;

import org.jspecify.annotations.NullMarked;
