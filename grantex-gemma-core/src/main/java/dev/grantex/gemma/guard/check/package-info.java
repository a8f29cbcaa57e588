/**
 * What looks at beans while the application starts: a bean that asks for scopes and that
 * no proxy guards fails the start, with a {@code guard.UnguardableBeanException} that
 * names bean, method and remedy. It keeps what was found wrong with a class, and may use
 * {@code guard} and {@code guard.selfcalls}. What is public here is so for the
 * auto-configuration and no API.
 */
@NullMarked
package dev.grantex.gemma.guard.check;

import org.jspecify.annotations.NullMarked;
