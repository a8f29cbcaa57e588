package dev.grantex.gemma.guard;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.OfflineVerificationException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.Consent;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.grant.VerifiedGrant;

/**
 * A consent that keeps its entries in a list and does what a test tells it.
 */
final class RecordingConsent implements Consent {

	final List<Entry> entries = new CopyOnWriteArrayList<>();

	final Map<String, VerifiedGrant> tokens = new ConcurrentHashMap<>();

	final Set<String> unwritable = ConcurrentHashMap.newKeySet();

	final AtomicInteger decisions = new AtomicInteger();

	final AtomicInteger open = new AtomicInteger();

	volatile VerifiedGrant grant = grant("read", "write");

	volatile DenialReason denial;

	volatile boolean recordable = true;

	/** Why an intent cannot be recorded. */
	volatile DenialReason intentFault;

	/** Told of outcomes once they are on record. */
	volatile Runnable listener = () -> {
	};

	/** Why no outcome can be prepared. */
	volatile Throwable preparationFault;

	final AtomicInteger ended = new AtomicInteger();

	/** Whether the chain fails when it is released. */
	volatile boolean broken;

	static VerifiedGrant grant(String... scopes) {
		return new VerifiedGrant("did:grantex:ag_1", "user_1", "dev_1", List.of(scopes), null,
				Instant.parse("2026-11-22T00:00:00Z"), "tok_1", "grnt_1", 0, null, null);
	}

	@SuppressWarnings("unchecked")
	static <T extends Throwable> void sneak(Throwable failure) throws T {
		throw (T) failure;
	}

	List<String> results() {
		return this.entries.stream().map(Entry::result).toList();
	}

	Entry only() {
		if (this.entries.size() != 1) {
			throw new AssertionError("Expected one entry but found " + this.entries);
		}
		return this.entries.get(0);
	}

	@Override
	public CallDecision decide() {
		this.decisions.incrementAndGet();
		this.open.incrementAndGet();
		return new Decision(this.denial, this.grant);
	}

	record Entry(String action, VerifiedGrant grant, String result, Map<String, Object> metadata, Thread thread,
			boolean interrupted) {

	}

	private final class Decision implements CallDecision {

		private final AtomicBoolean closed = new AtomicBoolean();

		private final DenialReason denial;

		private final VerifiedGrant grant;

		private Decision(DenialReason denial, VerifiedGrant grant) {
			this.denial = denial;
			this.grant = grant;
		}

		@Override
		public DenialReason denial() {
			return this.denial;
		}

		@Override
		public boolean isRecordable() {
			return RecordingConsent.this.recordable;
		}

		@Override
		public VerifiedGrant grant() {
			if (!isRecordable()) {
				throw new IllegalStateException("There is no grant");
			}
			return this.grant;
		}

		@Override
		public VerifiedGrant verify(String token) {
			VerifiedGrant known = RecordingConsent.this.tokens.get(token);
			if (known == null) {
				throw new OfflineVerificationException("The token is not valid");
			}
			return known;
		}

		@Override
		public SignedAuditEntry recordIntent(String action, VerifiedGrant grant, Map<String, ?> metadata) {
			DenialReason fault = RecordingConsent.this.intentFault;
			if (fault != null) {
				throw new CallDeniedException(fault.code(), fault.message());
			}
			return record(action, grant, "started", metadata);
		}

		@Override
		public Outcome prepareOutcome(String action, VerifiedGrant grant, String result, Map<String, ?> metadata) {
			Throwable fault = RecordingConsent.this.preparationFault;
			if (fault != null) {
				RecordingConsent.<RuntimeException>sneak(fault);
			}
			return (onRecord) -> {
				SignedAuditEntry entry = record(action, grant, result, metadata);
				onRecord.run();
				RecordingConsent.this.listener.run();
				return entry;
			};
		}

		@Override
		public void ended() {
			RecordingConsent.this.ended.incrementAndGet();
		}

		@Override
		public void recordDenial(String action, VerifiedGrant grant, Map<String, ?> facts, Map<String, ?> metadata) {
			Map<String, Object> all = new LinkedHashMap<>(facts);
			all.putAll(metadata);
			record(action, grant, "denied", all);
		}

		private SignedAuditEntry record(String action, VerifiedGrant grant, String result, Map<String, ?> metadata) {
			if (this.closed.get()) {
				throw new IllegalStateException("The decision is closed");
			}
			if (RecordingConsent.this.unwritable.contains(result)) {
				throw new GrantexGemmaException("The disk is full");
			}
			Map<String, Object> copy = new LinkedHashMap<>(metadata);
			RecordingConsent.this.entries.add(new Entry(action, grant, result, copy, Thread.currentThread(),
					Thread.currentThread().isInterrupted()));
			return new SignedAuditEntry(RecordingConsent.this.entries.size(), "2026-11-21T00:00:00.000Z", action,
					grant.agentDid(), grant.grantId(), grant.scopes(), result, copy, "0".repeat(16), "0".repeat(64),
					"0".repeat(128));
		}

		@Override
		public void close() {
			if (this.closed.compareAndSet(false, true)) {
				RecordingConsent.this.open.decrementAndGet();
				if (RecordingConsent.this.broken) {
					throw new IllegalStateException("The chain is broken");
				}
			}
		}

	}

}
