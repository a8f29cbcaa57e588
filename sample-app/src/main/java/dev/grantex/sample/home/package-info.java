/**
 * The home: rooms, blinds, the front door and the resident's phone.
 */
@NullMarked
package dev.grantex.sample.home;

import org.jspecify.annotations.NullMarked;
