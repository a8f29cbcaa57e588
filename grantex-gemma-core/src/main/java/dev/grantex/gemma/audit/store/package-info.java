/**
 * The seam: lines, heads and checkpoints of chains, wherever they rest. A store owns what
 * holds the chains, and all that only matters there. It is given lines and checkpoints;
 * it knows nothing of entries, keys or the entries' JSON. It uses nothing but the root.
 * Nothing of this is API: it is public for the rooms around it.
 */
@NullMarked
package dev.grantex.gemma.audit.store;

import org.jspecify.annotations.NullMarked;
