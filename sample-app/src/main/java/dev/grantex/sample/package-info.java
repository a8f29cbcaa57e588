/**
 * A smart-home agent that acts within its user's consent, online or not.
 */
@NullMarked
package dev.grantex.sample;

import org.jspecify.annotations.NullMarked;
