package dev.grantex.gemma.actuate;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Says over HTTP, on servlets and WebFlux, when to ask the endpoint again that has no
 * answer now.
 */
@EndpointWebExtension(endpoint = GrantexEndpoint.class)
public class GrantexEndpointWebExtension {

	private final GrantexEndpoint endpoint;

	public GrantexEndpointWebExtension(GrantexEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Verifies the current bundle's chain as the endpoint does.
	 * @param section {@code audit}
	 * @return the verdict, 404 for nothing, or 503 with {@code retryAfter} in seconds and
	 * {@code until}
	 */
	@ReadOperation
	public WebEndpointResponse<?> verify(@Selector String section) {
		try {
			AuditVerdict verdict = this.endpoint.verify(section);
			return (verdict != null) ? new WebEndpointResponse<>(verdict)
					: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (EndpointBusyException ex) {
			return unavailable(ex);
		}
	}

	/**
	 * Runs one synchronization cycle as the endpoint does.
	 * @return what it did, or 503 with {@code retryAfter} in seconds and {@code until}
	 */
	@WriteOperation
	public WebEndpointResponse<?> sync() {
		try {
			return new WebEndpointResponse<>(this.endpoint.sync());
		}
		catch (EndpointBusyException ex) {
			return unavailable(ex);
		}
	}

	private static WebEndpointResponse<?> unavailable(EndpointBusyException busy) {
		Map<String, Object> retry = new LinkedHashMap<>();
		retry.put("retryAfter", busy.retryAfter().toSeconds());
		retry.put("until", busy.until().toString());
		return new WebEndpointResponse<>(retry, WebEndpointResponse.STATUS_SERVICE_UNAVAILABLE);
	}

}
