package dev.grantex.sample.agent;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.util.ContentCachingRequestWrapper;

/**
 * Reads 64 KiB of a request's body at most, whether or not it announces its length: no
 * function call needs more, and JSON is held in memory.
 */
@Component
class BodyLimitFilter extends OncePerRequestFilter {

	private static final int LIMIT = 64 * 1024;

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		chain.doFilter(new LimitedRequest(request), response);
	}

	private static final class LimitedRequest extends ContentCachingRequestWrapper {

		LimitedRequest(HttpServletRequest request) {
			super(request, LIMIT);
		}

		@Override
		protected void handleContentOverflow(int limit) {
			throw new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE, "A request has at most 64 KiB");
		}

	}

}
