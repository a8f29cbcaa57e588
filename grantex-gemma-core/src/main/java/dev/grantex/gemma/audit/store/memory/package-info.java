/**
 * The same seam as simple as it can be, for tests: nothing outlives the process, and
 * nothing fails by itself. It uses the seam alone.
 */
@NullMarked
package dev.grantex.gemma.audit.store.memory;

import org.jspecify.annotations.NullMarked;
