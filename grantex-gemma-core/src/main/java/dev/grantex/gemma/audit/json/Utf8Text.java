package dev.grantex.gemma.audit.json;

import java.util.Arrays;

/**
 * A text that is put together as UTF-8 and is no string before. Not safe for use by
 * several threads at once.
 */
public final class Utf8Text {

	private final byte[] bytes;

	private int length;

	/**
	 * Creates an empty text.
	 * @param capacity how many bytes it can have; with exactly as many it is not copied
	 */
	public Utf8Text(int capacity) {
		this.bytes = new byte[capacity];
	}

	public Utf8Text append(String text) {
		int at = this.length;
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c >= 0x80) {
				byte[] rest = UnicodeText.utf8(text.substring(i));
				System.arraycopy(rest, 0, this.bytes, at, rest.length);
				at += rest.length;
				break;
			}
			this.bytes[at++] = (byte) c;
		}
		this.length = at;
		return this;
	}

	public byte[] toBytes() {
		return (this.length == this.bytes.length) ? this.bytes : Arrays.copyOf(this.bytes, this.length);
	}

}
