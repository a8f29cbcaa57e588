/**
 * The HTTP client for the Grantex API.
 */
@NullMarked
package dev.grantex.gemma.cloud;

import org.jspecify.annotations.NullMarked;
