/**
 * Whether the device may act right now, and if not, why. {@code DeviceConsent} is asked
 * by the guard before each call and changed by the cycle; its state is a
 * {@code Standing}, and what follows from each {@code DenialReason} stands in
 * {@code StateTable}. {@code docs/architecture.md} shows both.
 * <p>
 * Kept here: the current bundle and its open log, the former chains that are still
 * written or delivered, what is known of chains without bundles, and what could not be
 * stored yet. May use audit, grant, bundle, file and the exceptions.
 * <p>
 * API is {@code DeviceConsent} with its builder, {@code Consent}, {@code CallDecision},
 * {@code RunningCall}, {@code ConsentStatus}, {@code DenialReason}, {@code DeniedConsent}
 * and {@code AuditLogs}. Whatever else is public is so for the cycle only.
 * <p>
 * The order of locks, each before those after it:
 * <ol>
 * <li>the lock of changes, in {@code CurrentStanding}: who changes the standing or what
 * is stored holds it from reading to setting, also while files are read and written. A
 * call only tries to get it.
 * <li>that of closing, in each {@code OpenChain}: held while the log closes, only ever
 * tried.
 * <li>what an audit log, the bundle's file and a search for orphans lock by themselves.
 * <li>the monitors of {@code CurrentStanding} and {@code RunningCalls}, under which
 * nothing is done that could wait. A revocation halts calls with the first of them alone.
 * </ol>
 * Under none of them calls are told of their end. {@code DenialNotice} has one more, only
 * tried, under which it writes to the application's log.
 */
@NullMarked
package dev.grantex.gemma.consent;

import org.jspecify.annotations.NullMarked;
