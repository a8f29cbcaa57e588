/**
 * A strict in-memory Grantex service that speaks the HTTP API on a loopback port.
 */
@NullMarked
package dev.grantex.simulator;

import org.jspecify.annotations.NullMarked;
