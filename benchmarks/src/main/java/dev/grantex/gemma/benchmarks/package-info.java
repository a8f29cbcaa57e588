/**
 * Measurements of what a guarded call costs, each beside the floor that the cryptography
 * sets.
 */
@NullMarked
package dev.grantex.gemma.benchmarks;

import org.jspecify.annotations.NullMarked;
