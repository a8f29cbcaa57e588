/**
 * The consent bundle, its keys and snapshot, and the encrypted repository that keeps
 * them.
 */
@NullMarked
package dev.grantex.gemma.bundle;

import org.jspecify.annotations.NullMarked;
