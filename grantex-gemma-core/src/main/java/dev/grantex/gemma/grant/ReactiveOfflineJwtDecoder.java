package dev.grantex.gemma.grant;

import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/**
 * The reactive twin of {@link OfflineJwtDecoder}. Verification is arithmetic only, so it
 * runs on the subscriber's thread.
 */
public final class ReactiveOfflineJwtDecoder implements ReactiveJwtDecoder {

	private final Supplier<@Nullable OfflineVerifier> verifiers;

	/**
	 * Creates a decoder.
	 * @param verifiers gives, for every token anew, the verifier of the current bundle,
	 * or {@code null} if there is none; must not block
	 */
	public ReactiveOfflineJwtDecoder(Supplier<@Nullable OfflineVerifier> verifiers) {
		this.verifiers = verifiers;
	}

	/**
	 * Verifies a token upon subscription.
	 * @param token the token
	 * @return the token's header and claims, or a {@link BadJwtException} if the token is
	 * refused or if there is no bundle
	 */
	@Override
	public Mono<Jwt> decode(String token) {
		return Mono.fromSupplier(() -> GrantJwt.decode(token, this.verifiers));
	}

}
