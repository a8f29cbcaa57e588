/**
 * The application whose start-up is measured, with the starter and without.
 */
@NullMarked
package dev.grantex.gemma.benchmarks.application;

import org.jspecify.annotations.NullMarked;
