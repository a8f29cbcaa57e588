package dev.grantex.gemma.audit;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Calendar;
import java.util.Date;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.json.EcmaNumber;
import dev.grantex.gemma.audit.json.UnicodeText;

/**
 * Single values of metadata, within a budget of bytes.
 */
final class SafeScalars {

	/** Beyond that, the digits of a number say nothing and take long to compute. */
	private static final int MAX_BITS = 4096;

	/** How many bytes of canonical JSON may still be written. */
	private int left;

	SafeScalars(int bytes) {
		this.left = bytes;
	}

	int left() {
		return this.left;
	}

	void reset(int left) {
		this.left = left;
	}

	void spend(int bytes) {
		this.left -= bytes;
	}

	/**
	 * A value as a string, a safe number, a boolean or null. What is none of these and
	 * has no text of its own becomes the name of its class. May throw whatever the value
	 * throws.
	 */
	@Nullable Object of(@Nullable Object value) {
		if (value == null || value instanceof Boolean) {
			spend(5);
			return value;
		}
		if (value instanceof Number number) {
			return number(number);
		}
		String text = textOf(value);
		return (text != null) ? text(text) : className(value);
	}

	/**
	 * The name of a member.
	 */
	String name(@Nullable Object key, int maxLength) {
		String text = (key == null || key instanceof Number || key instanceof Boolean) ? String.valueOf(key)
				: textOf(key);
		return cut((text != null) ? text : nameOfClass(key), maxLength, Integer.MAX_VALUE);
	}

	String text(String text) {
		String safe = cut(text, Integer.MAX_VALUE, this.left - 2);
		spend(2 + cost(safe));
		return safe;
	}

	String className(@Nullable Object value) {
		return text(nameOfClass(value));
	}

	private static String nameOfClass(@Nullable Object value) {
		if (value == null) {
			return "null";
		}
		if (value instanceof byte[] bytes) {
			return "byte[" + bytes.length + "]";
		}
		if (value instanceof char[] characters) {
			return "char[" + characters.length + "]";
		}
		return value.getClass().getName();
	}

	private static @Nullable String textOf(@Nullable Object value) {
		if (value instanceof CharSequence text && text.length() > SafeMetadata.MAX_BYTES) {
			// It will be cut, and the whole of it may be very large.
			return text.subSequence(0, SafeMetadata.MAX_BYTES + 1).toString();
		}
		if (value instanceof CharSequence || value instanceof Character || value instanceof UUID || value instanceof URI
				|| value instanceof TemporalAccessor || value instanceof TemporalAmount || value instanceof ZoneId) {
			return value.toString();
		}
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		if (value instanceof Date date) {
			return Instant.ofEpochMilli(date.getTime()).toString();
		}
		return (value instanceof Calendar calendar) ? calendar.toInstant().toString() : null;
	}

	private Object number(Number number) {
		if (number instanceof Byte || number instanceof Short || number instanceof Integer || number instanceof Long) {
			return integer(BigInteger.valueOf(number.longValue()));
		}
		if (number instanceof BigInteger integer) {
			return integer(integer);
		}
		if (number instanceof BigDecimal decimal) {
			return decimal(decimal);
		}
		if (number instanceof Double || number instanceof Float) {
			return floating(Double.parseDouble(number.toString()));
		}
		double value = number.doubleValue();
		long integer = number.longValue();
		return (value == integer) ? integer(BigInteger.valueOf(integer)) : floating(value);
	}

	private Object integer(BigInteger integer) {
		if (integer.bitLength() > MAX_BITS) {
			return className(integer);
		}
		if (integer.bitLength() < Long.SIZE && EcmaNumber.isSafe(integer.longValue())) {
			return counted(integer.longValue());
		}
		return text(integer.toString());
	}

	/**
	 * A decimal stays a number if the service's double has the same value.
	 */
	private Object decimal(BigDecimal decimal) {
		if (decimal.unscaledValue().bitLength() > MAX_BITS) {
			return className(decimal);
		}
		double value = decimal.doubleValue();
		boolean exact = Double.isFinite(value) && new BigDecimal(EcmaNumber.write(value)).compareTo(decimal) == 0;
		Number number = EcmaNumber.of(value);
		boolean safe = number instanceof Long || Math.abs(value) <= EcmaNumber.MAX_SAFE_INTEGER;
		return (exact && safe) ? counted(number) : text(decimal.toString());
	}

	private Object floating(double value) {
		return Double.isFinite(value) ? counted(EcmaNumber.of(value)) : text(Double.toString(value));
	}

	private Number counted(Number number) {
		spend(EcmaNumber.write(number).length());
		return number;
	}

	/**
	 * Replaces NUL and lone surrogates, which not every reader of JSON survives, and cuts
	 * at a code point.
	 */
	private static String cut(String text, int maxLength, int maxCost) {
		if (text.length() <= Math.min(maxLength, maxCost) && isSafe(text) && cost(text) <= maxCost) {
			return text;
		}
		StringBuilder out = new StringBuilder(Math.min(text.length(), Math.min(maxLength, SafeMetadata.MAX_BYTES)));
		int spent = 0;
		int keepLength = 0;
		for (int i = 0; i < text.length();) {
			int codePoint = text.codePointAt(i);
			i += Character.charCount(codePoint);
			boolean replaced = codePoint == 0
					|| (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
			int safe = replaced ? UnicodeText.REPLACEMENT : codePoint;
			spent += cost(safe);
			if (spent > maxCost || out.length() + Character.charCount(safe) > maxLength) {
				out.setLength(keepLength);
				return out.append(SafeMetadata.CUT).toString();
			}
			out.appendCodePoint(safe);
			int markerLength = SafeMetadata.CUT.length();
			if (spent <= maxCost - markerLength && out.length() <= maxLength - markerLength) {
				keepLength = out.length();
			}
		}
		return out.toString();
	}

	private static boolean isSafe(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) == '\0' || UnicodeText.isLoneSurrogate(text, i)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * The bytes that a text without lone surrogates needs inside a canonical JSON string.
	 */
	static int cost(String text) {
		int cost = 0;
		for (int i = 0; i < text.length(); i++) {
			int codePoint = text.codePointAt(i);
			cost += cost(codePoint);
			i += Character.charCount(codePoint) - 1;
		}
		return cost;
	}

	/**
	 * The bytes that a code point needs inside a canonical JSON string, of text without
	 * lone surrogates.
	 */
	private static int cost(int codePoint) {
		return switch (codePoint) {
			case '"', '\\', '\b', '\f', '\n', '\r', '\t' -> 2;
			default -> {
				if (codePoint < ' ') {
					yield 6;
				}
				if (codePoint < 0x80) {
					yield 1;
				}
				yield (codePoint < 0x800) ? 2 : ((codePoint < 0x10000) ? 3 : 4);
			}
		};
	}

}
