package dev.grantex.gemma.guard;

import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Who asks for a call, as far as it is known where the call is made.
 */
final class Caller {

	/** There is no security context, so nobody knows which request this is part of. */
	static final Caller UNKNOWN = new Caller(null);

	/** A request that brought no bearer token, or was authenticated with none. */
	static final Caller WITHOUT_TOKEN = new Caller(null);

	private final @Nullable String token;

	private Caller(@Nullable String token) {
		this.token = token;
	}

	static Caller withToken(String token) {
		return new Caller(Objects.requireNonNull(token, "token"));
	}

	/**
	 * The bearer token, or {@code null} if there is none.
	 */
	@Nullable String token() {
		return this.token;
	}

}
