/**
 * The signed, hash-chained evidence of every call, and its verification.
 * <p>
 * {@code EntryFactory} makes what an entry says, an {@code EntryDraft}, and
 * {@code EntryAppender} tells listeners of it once {@code EntryWriter} has it written: as
 * a {@code PendingEntry} that the store asks for its place. {@code DenialAppender} counts
 * denials that repeat. {@code ReadableLog} reads and verifies, {@code EntryCodec} tells
 * the store what only the chain's owner knows, and {@code BundleChain} is a chain before
 * it is open. {@code docs/architecture.md} has the way of an entry and the order of
 * locks.
 * <p>
 * API are {@code OfflineAuditLog} with its builder, {@code SignedAuditEntry},
 * {@code HashChain}, {@code ChainVerifier}, {@code ChainVerification},
 * {@code Durability}, {@code LogDamage}, {@code AuditEntryAppended},
 * {@code AuditLogException} with what extends it, and {@code AuditLogVerifier}. Whatever
 * else is public is so for other rooms only. May use the seam, {@code audit.json},
 * {@code grant}, {@code bundle}, {@code file} and the exceptions; the builder alone knows
 * files.
 */
@NullMarked
package dev.grantex.gemma.audit;

import org.jspecify.annotations.NullMarked;
