package dev.grantex.gemma.cloud;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.erdtman.jcs.NumberToJSON;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.SignedAuditEntry;

/**
 * Writes entries as ECMAScript's {@code JSON.stringify} would, since that is the text the
 * service hashes: integer-like keys first, numbers in their shortest form, nothing
 * escaped that need not be.
 */
final class EntryJson {

	private static final int MAX_DEPTH = 100;

	private static final long MAX_ARRAY_INDEX = 4294967294L;

	private static final Pattern INTEGER = Pattern.compile("0|[1-9]\\d{0,9}");

	private final StringBuilder out = new StringBuilder();

	private EntryJson() {
	}

	/**
	 * Writes an entry.
	 * @throws IllegalArgumentException if its metadata is not JSON, or too deep
	 */
	static String write(SignedAuditEntry entry) {
		EntryJson json = new EntryJson();
		json.out.append("{\"seq\":").append(entry.seq());
		json.member("timestamp", entry.timestamp());
		json.member("action", entry.action());
		json.member("agentDID", entry.agentDid());
		json.member("grantId", entry.grantId());
		json.member("scopes", entry.scopes());
		json.member("result", entry.result());
		if (entry.metadata() != null) {
			json.member("metadata", entry.metadata());
		}
		json.member("prevHash", entry.prevHash());
		json.member("hash", entry.hash());
		json.member("signature", entry.signature());
		return json.out.append('}').toString();
	}

	/**
	 * Writes a text.
	 */
	static String write(String text) {
		EntryJson json = new EntryJson();
		json.string(text);
		return json.out.toString();
	}

	private void member(String name, Object value) {
		this.out.append(",\"").append(name).append("\":");
		value(value, 0);
	}

	private void value(@Nullable Object value, int depth) {
		if (depth >= MAX_DEPTH && (value instanceof Map || value instanceof Iterable)) {
			throw new IllegalArgumentException("The metadata is nested too deeply");
		}
		if (value == null || value instanceof Boolean) {
			this.out.append(value);
		}
		else if (value instanceof String text) {
			string(text);
		}
		else if (value instanceof Number number) {
			number(number.doubleValue());
		}
		else if (value instanceof Map<?, ?> map) {
			object(map, depth);
		}
		else if (value instanceof Iterable<?> list) {
			array(list, depth);
		}
		else {
			throw new IllegalArgumentException("The metadata is not JSON");
		}
	}

	private void number(double number) {
		try {
			this.out.append(Double.isFinite(number) ? NumberToJSON.serializeNumber(number) : "null");
		}
		catch (IOException ex) {
			throw new IllegalArgumentException("The metadata is not JSON");
		}
	}

	private void array(Iterable<?> list, int depth) {
		String separator = "[";
		for (Object element : list) {
			this.out.append(separator);
			value(element, depth + 1);
			separator = ",";
		}
		this.out.append(separator.equals("[") ? "[]" : "]");
	}

	private void object(Map<?, ?> map, int depth) {
		String separator = "{";
		for (Map.Entry<?, ?> member : inOrder(map)) {
			this.out.append(separator);
			string(String.valueOf(member.getKey()));
			this.out.append(':');
			value(member.getValue(), depth + 1);
			separator = ",";
		}
		this.out.append(separator.equals("{") ? "{}" : "}");
	}

	private static List<Map.Entry<?, ?>> inOrder(Map<?, ?> map) {
		List<Map.Entry<?, ?>> members = new ArrayList<>(map.entrySet());
		members.sort(Comparator.comparingLong((member) -> index(String.valueOf(member.getKey()))));
		return members;
	}

	private static long index(String key) {
		if (INTEGER.matcher(key).matches()) {
			long index = Long.parseLong(key);
			return (index <= MAX_ARRAY_INDEX) ? index : Long.MAX_VALUE;
		}
		return Long.MAX_VALUE;
	}

	private void string(String text) {
		this.out.append('"');
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (Character.isHighSurrogate(character) && i + 1 < text.length()
					&& Character.isLowSurrogate(text.charAt(i + 1))) {
				this.out.append(character).append(text.charAt(++i));
			}
			else {
				character(character);
			}
		}
		this.out.append('"');
	}

	private void character(char character) {
		switch (character) {
			case '"' -> this.out.append("\\\"");
			case '\\' -> this.out.append("\\\\");
			case '\b' -> this.out.append("\\b");
			case '\f' -> this.out.append("\\f");
			case '\n' -> this.out.append("\\n");
			case '\r' -> this.out.append("\\r");
			case '\t' -> this.out.append("\\t");
			default -> {
				if (character < ' ' || Character.isSurrogate(character)) {
					this.out.append(String.format("\\u%04x", (int) character));
				}
				else {
					this.out.append(character);
				}
			}
		}
	}

}
