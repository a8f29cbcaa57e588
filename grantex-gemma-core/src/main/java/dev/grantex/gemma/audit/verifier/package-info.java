/**
 * The auditor's command line: it puts chains together from files, seals and keys that it
 * is given, and says whether they hold. It reads what {@code audit} wrote and writes
 * nothing but its report. {@code audit.AuditLogVerifier} is its face; what is public here
 * is no API.
 */
@NullMarked
package dev.grantex.gemma.audit.verifier;

import org.jspecify.annotations.NullMarked;
