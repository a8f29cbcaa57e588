/**
 * Verification of grant tokens and what a verified grant allows.
 */
@NullMarked
package dev.grantex.gemma.grant;

import org.jspecify.annotations.NullMarked;
