/**
 * The same seam in a page, for tests: nothing outlives the process, and nothing fails by
 * itself. It uses the seam alone.
 */
@NullMarked
package dev.grantex.gemma.audit.store.memory;

import org.jspecify.annotations.NullMarked;
