/**
 * The exceptions of offline authorization. {@link dev.grantex.gemma.ThrottledLine} is
 * public for the other packages only and no API.
 */
@NullMarked
package dev.grantex.gemma;

import org.jspecify.annotations.NullMarked;
