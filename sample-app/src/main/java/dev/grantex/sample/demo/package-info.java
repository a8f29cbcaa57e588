/**
 * A walk through consent, offline work and synchronization, printed for a person.
 */
@NullMarked
package dev.grantex.sample.demo;

import org.jspecify.annotations.NullMarked;
