/**
 * The agent's tools, and the HTTP interface that a model's runtime calls them through.
 */
@NullMarked
package dev.grantex.sample.agent;

import org.jspecify.annotations.NullMarked;
