/**
 * A file that is this application's alone: who owns it and who may write it, read and
 * written whole or not at all. It knows nothing of what is in it, and uses nothing but
 * the exceptions. What is public here is so for other rooms and no API.
 */
@NullMarked
package dev.grantex.gemma.file;

import org.jspecify.annotations.NullMarked;
