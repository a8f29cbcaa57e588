package dev.grantex.gemma.grant;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The tokens that one verifier, so with one snapshot of keys, accepted last. Only what
 * was accepted once takes room here, so that nobody without a good token can drive others
 * out. Thread-safe.
 */
final class AcceptedTokens {

	static final int MAX_TOKENS = 256;

	/** In characters, which a token has one a byte. */
	static final int MAX_LENGTH = 16 * 1024;

	private static final float LOAD_FACTOR = 0.75F;

	private final Map<String, Entry> entries = new LinkedHashMap<>(16, LOAD_FACTOR, true) {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
			return size() > MAX_TOKENS;
		}

	};

	@Nullable Entry get(@Nullable String token) {
		if (token == null || token.length() > MAX_LENGTH) {
			return null;
		}
		synchronized (this.entries) {
			return this.entries.get(token);
		}
	}

	void put(String token, Entry entry) {
		if (token.length() <= MAX_LENGTH) {
			synchronized (this.entries) {
				this.entries.put(token, entry);
			}
		}
	}

	/**
	 * A token with the key it was signed with.
	 *
	 * @param keyId the name of the key
	 * @param key the key
	 * @param token the token
	 */
	record Entry(String keyId, Rs256Key key, VerifiedToken token) {

	}

}
