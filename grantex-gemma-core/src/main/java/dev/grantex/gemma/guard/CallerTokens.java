package dev.grantex.gemma.guard;

import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.OAuth2Token;
import org.springframework.security.oauth2.server.resource.authentication.AbstractOAuth2TokenAuthenticationToken;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Finds the bearer token with which the current request was authenticated.
 */
final class CallerTokens {

	private CallerTokens() {
	}

	/**
	 * The caller in whose request the current thread works. A thread without a security
	 * context that handles a request all the same handles an anonymous one.
	 */
	static Caller ofThread() {
		Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
		return (authentication == null && RequestContextHolder.getRequestAttributes() == null) ? Caller.UNKNOWN
				: of(authentication);
	}

	/**
	 * The caller whom a request was authenticated as.
	 */
	static Caller of(@Nullable Authentication authentication) {
		if (authentication instanceof AbstractOAuth2TokenAuthenticationToken<?> bearer && bearer.isAuthenticated()) {
			OAuth2Token token = bearer.getToken();
			return (token != null) ? Caller.withToken(token.getTokenValue()) : Caller.WITHOUT_TOKEN;
		}
		return Caller.WITHOUT_TOKEN;
	}

}
