/**
 * The signed, hash-chained evidence of every call, on disk and under verification.
 */
@NullMarked
package dev.grantex.gemma.audit;

import org.jspecify.annotations.NullMarked;
