/**
 * What an examination of audit logs found, and how it is shown to people and programs.
 */
@NullMarked
package dev.grantex.gemma.audit.verifier.report;

import org.jspecify.annotations.NullMarked;
