package dev.grantex.gemma.cloud;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Set;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where evidence goes. What a bundle names counts only on the base URL's own origin: the
 * API key goes nowhere else, whatever the service, or whoever wrote the bundle, says.
 */
final class SyncEndpoint {

	private static final Log logger = LogFactory.getLog(SyncEndpoint.class);

	private static final String PATH = "/v1/audit/offline-sync";

	/**
	 * The service may name another host in each bundle; what is remembered is bounded.
	 */
	private static final int MAX_REMEMBERED = 100;

	private final BaseUrl baseUrl;

	private final Set<String> ignored = new HashSet<>();

	SyncEndpoint(BaseUrl baseUrl) {
		this.baseUrl = baseUrl;
	}

	/**
	 * The address of the upload call.
	 * @param endpoint what the bundle says: the full address of the call, or a base URL
	 */
	URI resolve(@Nullable String endpoint) {
		URI usable = (endpoint != null) ? usable(endpoint) : null;
		if (usable != null) {
			return usable;
		}
		if (endpoint != null) {
			warnOf(BaseUrl.originIn(endpoint));
		}
		return this.baseUrl.resolve(PATH);
	}

	private void warnOf(@Nullable String named) {
		if (remember(String.valueOf(named))) {
			logger.warn("A bundle names a sync endpoint "
					+ ((named != null && !named.equals(this.baseUrl.origin())) ? "on " + named : "that is no address")
					+ ". It is ignored: evidence and the API key go to " + this.baseUrl.origin()
					+ ", which is configured.");
		}
	}

	private @Nullable URI usable(String endpoint) {
		try {
			URI uri = new URI(endpoint);
			if (!this.baseUrl.isOriginOf(uri) || uri.getRawQuery() != null || uri.getRawFragment() != null) {
				return null;
			}
			String path = BaseUrl.withoutTrailingSlashes(uri.getRawPath());
			String full = path.endsWith(PATH) ? path : path + PATH;
			return new URI(uri.getScheme() + "://" + uri.getRawAuthority() + full);
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

	private synchronized boolean remember(String named) {
		return this.ignored.size() < MAX_REMEMBERED && this.ignored.add(named);
	}

}
