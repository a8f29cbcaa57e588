/**
 * What an operator watches: health, the endpoint and meters.
 */
@NullMarked
package dev.grantex.gemma.actuate;

import org.jspecify.annotations.NullMarked;
