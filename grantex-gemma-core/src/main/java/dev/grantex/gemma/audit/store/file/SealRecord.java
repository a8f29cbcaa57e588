package dev.grantex.gemma.audit.store.file;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.CanonicalJson;
import dev.grantex.gemma.audit.json.JsonTreeReader;
import dev.grantex.gemma.audit.json.MalformedLineException;
import dev.grantex.gemma.audit.store.Checkpoint;
import dev.grantex.gemma.audit.store.Head;

/**
 * What a seal states about a chain at a moment.
 *
 * @param generation the number of this statement, from 1
 * @param bundleId the bundle whose chain it is
 * @param grantId the grant whose entries the chain has
 * @param segment the first sequence number of the file that holds the head, 0 if none
 * does
 * @param offset how many bytes of that file end with the head
 * @param checkpoint what is remembered
 */
public record SealRecord(long generation, String bundleId, String grantId, long segment, long offset,
		Checkpoint checkpoint) {

	private static final JsonTreeReader READER = new JsonTreeReader(SealRecord::integer, false, true);

	public SealRecord {
		// The file that held the chain's end may be deleted too: then none holds it.
		if (checkpoint.head().sequence() <= checkpoint.start().sequence()) {
			segment = 0;
			offset = 0;
		}
	}

	public static SealRecord first(String bundleId, String grantId, LogEnd end, Head start, long clockFloor) {
		return new SealRecord(1, bundleId, grantId, end.segment(), end.offset(),
				Checkpoint.first(end.head(), start, clockFloor));
	}

	/**
	 * Reads a statement from its own rewriting.
	 * @throws MalformedLineException if the text is anything else
	 */
	static SealRecord parse(String json) {
		try {
			Map<?, ?> members = value(READER.read(json), Map.class);
			LogEnd end = new LogEnd(head(members, "sequence", "hash"), number(members, "segment"),
					number(members, "offset"));
			Checkpoint checkpoint = new Checkpoint(end.head(), head(members, "startSequence", "startHash"),
					number(members, "synchronizedThrough"), number(members, "clockFloor"),
					number(members, "openIntent"), number(members, "damagedAt"), flag(members, "refreshPending"),
					flag(members, "revoked"), flag(members, "closed"));
			SealRecord read = new SealRecord(number(members, "generation"), text(members, "bundleId"),
					text(members, "grantId"), end.segment(), end.offset(), checkpoint);
			if (read.toJson().equals(json)) {
				return read;
			}
		}
		catch (IllegalArgumentException ex) {
			throw malformed();
		}
		throw malformed();
	}

	String toJson() {
		Map<String, Object> members = new LinkedHashMap<>();
		members.put("generation", this.generation);
		members.put("bundleId", this.bundleId);
		members.put("grantId", this.grantId);
		members.put("sequence", this.checkpoint.head().sequence());
		members.put("hash", this.checkpoint.head().hash());
		members.put("segment", this.segment);
		members.put("offset", this.offset);
		members.put("startSequence", this.checkpoint.start().sequence());
		members.put("startHash", this.checkpoint.start().hash());
		members.put("synchronizedThrough", this.checkpoint.synchronizedThrough());
		members.put("clockFloor", this.checkpoint.clockFloor());
		members.put("openIntent", this.checkpoint.oldestIntent());
		members.put("damagedAt", this.checkpoint.damagedAt());
		members.put("refreshPending", this.checkpoint.refreshPending());
		members.put("revoked", this.checkpoint.revoked());
		members.put("closed", this.checkpoint.closed());
		return CanonicalJson.write(members);
	}

	/**
	 * Where the chain ended; everything up to there was forced.
	 */
	public LogEnd end() {
		return new LogEnd(this.checkpoint.head(), this.segment, this.offset);
	}

	/**
	 * The entry before the first one that is kept.
	 */
	public Head start() {
		return this.checkpoint.start();
	}

	public long synchronizedThrough() {
		return this.checkpoint.synchronizedThrough();
	}

	public SealRecord withGeneration(long generation) {
		return new SealRecord(generation, this.bundleId, this.grantId, this.segment, this.offset, this.checkpoint);
	}

	public SealRecord withEnd(LogEnd end, long oldestIntent) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, end.segment(), end.offset(),
				this.checkpoint.withHead(end.head(), oldestIntent));
	}

	public SealRecord with(UnaryOperator<Checkpoint> change) {
		return new SealRecord(this.generation, this.bundleId, this.grantId, this.segment, this.offset,
				change.apply(this.checkpoint));
	}

	private static Head head(Map<?, ?> members, String sequence, String hash) {
		return new Head(number(members, sequence), text(members, hash));
	}

	private static String text(Map<?, ?> members, String name) {
		return value(members.get(name), String.class);
	}

	private static long number(Map<?, ?> members, String name) {
		return value(members.get(name), Long.class);
	}

	private static boolean flag(Map<?, ?> members, String name) {
		return value(members.get(name), Boolean.class);
	}

	private static Object integer(String digits) {
		try {
			return Long.parseLong(digits);
		}
		catch (NumberFormatException ex) {
			throw malformed();
		}
	}

	private static <T> T value(@Nullable Object value, Class<T> type) {
		if (value == null || !type.isInstance(value)) {
			throw malformed();
		}
		return type.cast(value);
	}

	private static MalformedLineException malformed() {
		return new MalformedLineException("not a seal");
	}

}
