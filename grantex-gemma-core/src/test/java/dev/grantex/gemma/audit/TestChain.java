package dev.grantex.gemma.audit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.store.Head;
import dev.grantex.gemma.bundle.OfflineAuditKey;

/**
 * A chain in the wire form that says whatever a test needs, truly hashed and signed.
 */
public final class TestChain {

	public static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

	public static final OfflineAuditKey KEY = AuditVectors.key("audit-ts-key.json");

	private final String grantId;

	private final EntrySigner signer;

	private final List<SignedAuditEntry> entries = new ArrayList<>();

	private Head head = Head.GENESIS;

	private TestChain(String grantId, OfflineAuditKey key) {
		this.grantId = grantId;
		this.signer = EntrySigner.of(key);
	}

	public static TestChain of(String grantId) {
		return new TestChain(grantId, KEY);
	}

	/**
	 * A chain of so many successful calls, a second apart.
	 */
	public static TestChain of(String grantId, int entries) {
		TestChain chain = of(grantId);
		for (int i = 0; i < entries; i++) {
			chain.append("tool:read", "success", Map.of("method", "A.b"));
		}
		return chain;
	}

	public TestChain append(String action, String result, @Nullable Map<String, Object> metadata) {
		return append(EntryFactory.timestamp(START.plusSeconds(this.head.sequence())), action, result, metadata);
	}

	public TestChain append(String timestamp, String action, String result, @Nullable Map<String, Object> metadata) {
		this.entries.add(next(timestamp, action, result, metadata));
		return this;
	}

	/**
	 * The next entry, which is not kept.
	 */
	public SignedAuditEntry next(String timestamp, String action, String result,
			@Nullable Map<String, Object> metadata) {
		long sequence = this.head.sequence() + 1;
		List<String> scopes = List.of("read:contacts");
		String agent = "did:grantex:ag_1";
		String hash = HashChain.computeHash(sequence, timestamp, action, agent, this.grantId, scopes, result, metadata,
				this.head.hash());
		SignedAuditEntry entry = new SignedAuditEntry(sequence, timestamp, action, agent, this.grantId, scopes, result,
				metadata, this.head.hash(), hash, this.signer.sign(hash));
		this.head = entry.head();
		return entry;
	}

	public List<String> lines() {
		return this.entries.stream().map(SignedAuditEntry::toJson).toList();
	}

	/**
	 * The lines from one sequence number to another, inclusive.
	 */
	public List<String> lines(int first, int last) {
		return lines().subList(first - 1, last);
	}

	public Head head() {
		return this.head;
	}

	public Head headAt(int sequence) {
		return (sequence == 0) ? Head.GENESIS : this.entries.get(sequence - 1).head();
	}

}
