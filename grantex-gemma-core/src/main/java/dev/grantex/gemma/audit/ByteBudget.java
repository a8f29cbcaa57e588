package dev.grantex.gemma.audit;

/**
 * How many bytes of canonical JSON may still be written.
 */
final class ByteBudget {

	private int left;

	ByteBudget(int bytes) {
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
	 * The bytes that the code point at an index needs inside a canonical JSON string, of
	 * text without lone surrogates.
	 */
	static int cost(int codePoint) {
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
