/**
 * Whether the device may act right now, and if not, why.
 */
@NullMarked
package dev.grantex.gemma.consent;

import org.jspecify.annotations.NullMarked;
