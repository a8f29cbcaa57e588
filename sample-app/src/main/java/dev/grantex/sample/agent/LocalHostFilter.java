package dev.grantex.sample.agent;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses requests that name another host than this machine, since a web site could
 * otherwise have its visitor's browser call tools by letting its own name resolve to the
 * loopback address (DNS rebinding).
 */
@Component
class LocalHostFilter extends OncePerRequestFilter {

	private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (NAMES.contains(request.getServerName().toLowerCase(Locale.ROOT))) {
			chain.doFilter(request, response);
			return;
		}
		response.sendError(HttpStatus.MISDIRECTED_REQUEST.value());
	}

}
