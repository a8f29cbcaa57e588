package dev.grantex.gemma.audit;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.store.Head;

/**
 * What a seal states about a chain at a moment.
 *
 * @param generation the number of this statement, from 1
 * @param bundleId the bundle whose chain it is
 * @param grantId the grant whose entries the chain has
 * @param end where the chain ended; everything up to there was forced
 * @param start the entry before the first one that is kept: nothing, or the last of those
 * that were deleted after the service had accepted them
 * @param synchronizedThrough the last sequence number that the service has accepted
 * @param clockFloor the latest moment known to have been, in Unix milliseconds
 * @param openIntent the sequence number of the oldest {@code started} entry whose call
 * was still under way, 0 if there was none
 * @param damagedAt the sequence number of the first entry found damaged before the
 * service had accepted it, 0 if there is none
 * @param refreshPending whether a refresh was begun whose answer may have been lost
 * @param revoked whether the bundle was revoked
 * @param closed whether the log was closed: nothing was appended after this statement
 */
public record SealRecord(long generation, String bundleId, String grantId, LogEnd end, Head start,
		long synchronizedThrough, long clockFloor, long openIntent, long damagedAt, boolean refreshPending,
		boolean revoked, boolean closed) {

	private static final JsonTreeReader READER = new JsonTreeReader(SealRecord::integer, false, true);

	public SealRecord {
		// The file that held the chain's end may be deleted too: then none holds it.
		if (end.head().sequence() <= start.sequence()) {
			end = end.withoutFile();
		}
	}

	/**
	 * The first statement about a chain.
	 */
	public static SealRecord first(String bundleId, String grantId, LogEnd end, Head start, long clockFloor) {
		return new SealRecord(1, bundleId, grantId, end, start, start.sequence(), clockFloor, 0, 0, false, false,
				false);
	}

	/**
	 * Reads a statement from its own rewriting.
	 * @throws MalformedLineException if the text is anything else
	 */
	static SealRecord parse(String json) {
		try {
			Map<String, Object> members = ChainForm.members(READER, json, Set.of());
			SealRecord read = new SealRecord(number(members, "generation"), ChainForm.text(members, "bundleId"),
					ChainForm.text(members, "grantId"), end(members),
					new Head(number(members, "startSequence"), ChainForm.text(members, "startHash")),
					number(members, "synchronizedThrough"), number(members, "clockFloor"),
					number(members, "openIntent"), number(members, "damagedAt"), flag(members, "refreshPending"),
					flag(members, "revoked"), flag(members, "closed"));
			if (read.toJson().equals(json)) {
				return read;
			}
		}
		catch (IllegalArgumentException ex) {
			throw new MalformedLineException(ChainFault.FIELD);
		}
		throw new MalformedLineException(ChainFault.FIELD);
	}

	String toJson() {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("generation", this.generation);
		members.put("bundleId", this.bundleId);
		members.put("grantId", this.grantId);
		members.put("sequence", this.end.head().sequence());
		members.put("hash", this.end.head().hash());
		members.put("segment", this.end.segment());
		members.put("offset", this.end.offset());
		members.put("startSequence", this.start.sequence());
		members.put("startHash", this.start.hash());
		members.put("synchronizedThrough", this.synchronizedThrough);
		members.put("clockFloor", this.clockFloor);
		members.put("openIntent", this.openIntent);
		members.put("damagedAt", this.damagedAt);
		members.put("refreshPending", this.refreshPending);
		members.put("revoked", this.revoked);
		members.put("closed", this.closed);
		return CanonicalJson.write(members);
	}

	public SealRecord withGeneration(long generation) {
		return new SealRecord(generation, this.bundleId, this.grantId, this.end, this.start, this.synchronizedThrough,
				this.clockFloor, this.openIntent, this.damagedAt, this.refreshPending, this.revoked, this.closed);
	}

	public SealRecord withEnd(LogEnd end, long openIntent) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, end, this.start, this.synchronizedThrough,
				this.clockFloor, openIntent, this.damagedAt, this.refreshPending, this.revoked, this.closed);
	}

	SealRecord withStart(Head start) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.end, start, this.synchronizedThrough,
				this.clockFloor, this.openIntent, this.damagedAt, this.refreshPending, this.revoked, this.closed);
	}

	/**
	 * Whether the service has accepted all entries.
	 */
	boolean isDelivered() {
		return this.synchronizedThrough == this.end.head().sequence();
	}

	public SealRecord withSynchronizedThrough(long sequence) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.end, this.start, sequence,
				this.clockFloor, this.openIntent, this.damagedAt, this.refreshPending, this.revoked, this.closed);
	}

	SealRecord withClockFloor(long clockFloor) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.end, this.start,
				this.synchronizedThrough, clockFloor, this.openIntent, this.damagedAt, this.refreshPending,
				this.revoked, this.closed);
	}

	SealRecord withDamagedAt(long damagedAt) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.end, this.start,
				this.synchronizedThrough, this.clockFloor, this.openIntent, damagedAt, this.refreshPending,
				this.revoked, this.closed);
	}

	SealRecord withRefreshPending(boolean refreshPending) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.end, this.start,
				this.synchronizedThrough, this.clockFloor, this.openIntent, this.damagedAt, refreshPending,
				this.revoked, this.closed);
	}

	SealRecord withRevoked() {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.end, this.start,
				this.synchronizedThrough, this.clockFloor, this.openIntent, this.damagedAt, this.refreshPending, true,
				this.closed);
	}

	SealRecord withClosed(boolean closed) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.end, this.start,
				this.synchronizedThrough, this.clockFloor, this.openIntent, this.damagedAt, this.refreshPending,
				this.revoked, closed);
	}

	private static LogEnd end(Map<String, Object> members) {
		Head head = new Head(number(members, "sequence"), ChainForm.text(members, "hash"));
		return new LogEnd(head, number(members, "segment"), number(members, "offset"));
	}

	private static Object integer(String digits) {
		try {
			return Long.parseLong(digits);
		}
		catch (NumberFormatException ex) {
			throw new MalformedLineException(ChainFault.FIELD);
		}
	}

	private static long number(Map<String, Object> members, String name) {
		if (members.get(name) instanceof Long number) {
			return number;
		}
		throw new MalformedLineException(ChainFault.FIELD);
	}

	private static boolean flag(Map<String, Object> members, String name) {
		if (members.get(name) instanceof Boolean flag) {
			return flag;
		}
		throw new MalformedLineException(ChainFault.FIELD);
	}

}
