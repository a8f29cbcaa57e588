package dev.grantex.gemma.cloud;

import java.net.URI;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;

/**
 * One request.
 *
 * @param method the method
 * @param uri the full address
 * @param body a JSON text; without one no content type is sent either, because the
 * service refuses an empty body of type JSON
 */
record ApiRequest(HttpMethod method, URI uri, byte @Nullable [] body) {

	static ApiRequest get(URI uri) {
		return new ApiRequest(HttpMethod.GET, uri, null);
	}

	static ApiRequest post(URI uri, byte @Nullable [] body) {
		return new ApiRequest(HttpMethod.POST, uri, body);
	}

}
