/**
 * Properties and auto-configuration for Spring Boot.
 */
@NullMarked
package dev.grantex.gemma.autoconfigure;

import org.jspecify.annotations.NullMarked;
