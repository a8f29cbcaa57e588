/**
 * The cycle that uploads evidence, learns of revocation, and refreshes or issues bundles.
 * <p>
 * {@code SyncSteps} is the order of a cycle. What is delivered is a
 * {@code DeliveredChain}: that of the current bundle, of a former one, or of one whose
 * bundle is gone; its {@code ChainEntries} are those of an open log or what is left of
 * them. {@code ChainUploads} decides alike for all what follows from an answer, and the
 * chain remembers it where its bundle is kept. {@code CycleClient} is the service as a
 * cycle may ask it.
 * <p>
 * API are {@code AuditSynchronizer} with its builder and results, {@code SyncSchedule}
 * and the events. The room uses {@code cloud}, {@code consent}, {@code audit} and
 * {@code bundle}; nothing below knows it.
 * <p>
 * Locks, in their order: the monitor of {@code SyncSchedule} (executor and next cycle),
 * then the status of {@code AuditSynchronizer} or the monitor of {@code Pauses}. The lock
 * of {@code CycleTurns} and the monitor of {@code AnsweredTimes} guard what stands in
 * their class. Under none of them a file or the network is touched; that one cycle runs
 * at a time is what keeps all other classes from being entered twice.
 */
@NullMarked
package dev.grantex.gemma.sync;

import org.jspecify.annotations.NullMarked;
