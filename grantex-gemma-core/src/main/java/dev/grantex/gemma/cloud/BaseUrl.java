package dev.grantex.gemma.cloud;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Where the API is: an origin, and perhaps a path before the API's own.
 */
final class BaseUrl {

	private static final Pattern IPV4_LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

	private final URI origin;

	private final String prefix;

	private BaseUrl(URI origin, String prefix) {
		this.origin = origin;
		this.prefix = prefix;
	}

	/**
	 * Takes an address from the configuration.
	 * @throws IllegalArgumentException if it is none, holds more than scheme, host, port
	 * and path, or is plain http to another machine without being allowed to
	 */
	static BaseUrl of(URI uri, boolean allowInsecureHttp) {
		String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		if (!scheme.equals("https") && !scheme.equals("http")) {
			throw new IllegalArgumentException("The base URL must be an https address");
		}
		if (uri.getHost() == null || uri.getRawUserInfo() != null || uri.getRawQuery() != null
				|| uri.getRawFragment() != null) {
			throw new IllegalArgumentException("The base URL must consist of scheme, host, port and path only");
		}
		if (scheme.equals("http") && !allowInsecureHttp && !isLoopback(uri.getHost())) {
			throw new IllegalArgumentException("The base URL must be https: plain http shows the API key to the "
					+ "network and is only used to a loopback address, unless insecure http is allowed");
		}
		return new BaseUrl(originOf(uri), withoutTrailingSlashes(uri.getRawPath()));
	}

	/**
	 * The address of one call.
	 * @param path the API's own path, from {@code /}, and query, encoded
	 */
	URI resolve(String path) {
		return URI.create(this.origin + this.prefix + path);
	}

	/**
	 * Whether an address is on the origin that may see the API key.
	 */
	boolean isOriginOf(URI uri) {
		return uri.getScheme() != null && uri.getHost() != null && uri.getRawUserInfo() == null
				&& this.origin.equals(originOf(uri));
	}

	/**
	 * Scheme, host and port, as they can be shown.
	 */
	String origin() {
		return this.origin.toString();
	}

	/**
	 * Scheme, host and port of an address, without what else it may hold.
	 * @return nothing if it is none
	 */
	static @Nullable String originIn(String address) {
		try {
			URI uri = new URI(address);
			return (uri.getScheme() != null && uri.getHost() != null) ? originOf(uri).toString() : null;
		}
		catch (URISyntaxException | IllegalArgumentException ex) {
			return null;
		}
	}

	static String withoutTrailingSlashes(String path) {
		int end = path.length();
		while (end > 0 && path.charAt(end - 1) == '/') {
			end--;
		}
		return path.substring(0, end);
	}

	private static URI originOf(URI uri) {
		String scheme = Objects.requireNonNull(uri.getScheme()).toLowerCase(Locale.ROOT);
		int defaultPort = scheme.equals("https") ? 443 : 80;
		String port = (uri.getPort() == -1 || uri.getPort() == defaultPort) ? "" : ":" + uri.getPort();
		return URI.create(scheme + "://" + Objects.requireNonNull(uri.getHost()).toLowerCase(Locale.ROOT) + port);
	}

	private static boolean isLoopback(String host) {
		if (host.startsWith("[")) {
			return isIpv6Loopback(host);
		}
		return host.equalsIgnoreCase("localhost") || IPV4_LOOPBACK.matcher(host).matches();
	}

	private static boolean isIpv6Loopback(String literal) {
		try {
			return InetAddress.getByName(literal).isLoopbackAddress();
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

	@Override
	public String toString() {
		return this.origin + this.prefix;
	}

}
