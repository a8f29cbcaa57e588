/**
 * Denials as problem details, for servlet and reactive applications.
 */
@NullMarked
package dev.grantex.gemma.web;

import org.jspecify.annotations.NullMarked;
