package dev.grantex.gemma.cloud;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;

/**
 * Tells from an exception of the HTTP client why there is no answer. The exception itself
 * is not kept: its text may hold parts of what the other side sent.
 */
final class UnreachableReasons {

	private static final int MAX_CAUSES = 32;

	private UnreachableReasons() {
	}

	static Reason of(@Nullable Throwable failure) {
		List<Throwable> causes = causes(failure);
		if (any(causes, UnreachableReasons::isNotYetValid)) {
			return Reason.CERTIFICATE_NOT_YET_VALID;
		}
		if (any(causes,
				(cause) -> cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException)) {
			return Reason.UNKNOWN_HOST;
		}
		if (any(causes, SSLException.class::isInstance)) {
			return Reason.TLS;
		}
		if (any(causes, HttpTimeoutException.class::isInstance)) {
			return Reason.TIMEOUT;
		}
		if (any(causes, (cause) -> cause instanceof ConnectException || cause instanceof NoRouteToHostException)) {
			return Reason.NOT_CONNECTED;
		}
		return Reason.CONNECTION_LOST;
	}

	private static boolean isNotYetValid(Throwable cause) {
		return cause instanceof CertificateNotYetValidException
				|| (cause instanceof CertPathValidatorException path && path.getReason() == BasicReason.NOT_YET_VALID);
	}

	private static boolean any(List<Throwable> causes, Predicate<Throwable> test) {
		return causes.stream().anyMatch(test);
	}

	private static List<Throwable> causes(@Nullable Throwable failure) {
		List<Throwable> causes = new ArrayList<>();
		Throwable cause = failure;
		while (cause != null && causes.size() < MAX_CAUSES) {
			causes.add(cause);
			cause = cause.getCause();
		}
		return causes;
	}

}
