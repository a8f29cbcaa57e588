package dev.grantex.gemma.guard;

import java.util.Optional;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;

/**
 * Finds the bearer token with which the current request was authenticated.
 */
final class CallerTokens {

	private CallerTokens() {
	}

	/**
	 * The token of the request that the current thread works for.
	 */
	static @Nullable String ofThread() {
		return of(SecurityContextHolder.getContext());
	}

	/**
	 * The token of the request that a subscription works for. The thread says nothing
	 * about it.
	 */
	static Mono<Optional<String>> ofSubscription() {
		return ReactiveSecurityContextHolder.getContext()
			.map((context) -> Optional.ofNullable(of(context)))
			.defaultIfEmpty(Optional.empty());
	}

	private static @Nullable String of(SecurityContext context) {
		Authentication authentication = context.getAuthentication();
		return (authentication instanceof AbstractOAuth2TokenAuthenticationToken<?> bearer && bearer.isAuthenticated())
				? tokenOf(bearer) : null;
	}

	private static @Nullable String tokenOf(AbstractOAuth2TokenAuthenticationToken<?> authentication) {
		OAuth2Token token = authentication.getToken();
		return (token != null) ? token.getTokenValue() : null;
	}

}
