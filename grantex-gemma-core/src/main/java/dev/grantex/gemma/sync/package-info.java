/**
 * The cycle that uploads evidence, learns of revocation, and refreshes or issues bundles.
 */
@NullMarked
package dev.grantex.gemma.sync;

import org.jspecify.annotations.NullMarked;
