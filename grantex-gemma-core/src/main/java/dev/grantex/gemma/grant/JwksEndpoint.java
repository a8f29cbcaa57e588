package dev.grantex.gemma.grant;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.jwk.source.JWKSetUnavailableException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.Base64URL;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The URL at which a service publishes its keys. Redirects are not followed, and an
 * answer has a time and a size it must keep within.
 */
final class JwksEndpoint implements JWKSetSource<SecurityContext> {

	private static final int MAX_BYTES = 512 * 1024;

	private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

	private final ExecutorService executor = Executors.newCachedThreadPool(threadFactory());

	private final HttpRequest request;

	private final Duration timeout;

	JwksEndpoint(URI uri, Duration timeout, boolean allowInsecureHttp) {
		requireTrustworthy(uri, allowInsecureHttp);
		this.timeout = timeout;
		this.request = HttpRequest.newBuilder(uri).header("Accept", "application/json").GET().build();
	}

	@Override
	public JWKSet getJWKSet(JWKSetCacheRefreshEvaluator refresh, long currentTime, @Nullable SecurityContext context)
			throws JWKSetUnavailableException {
		HttpResponse<byte[]> response = send();
		if (response.statusCode() != 200) {
			throw new JWKSetUnavailableException("The service did not answer with its keys");
		}
		return new JWKSet(PublishedKey.usable(keys(response.body())).stream().map(JwksEndpoint::toJwk).toList());
	}

	@Override
	public void close() {
		this.executor.shutdown();
	}

	/**
	 * Sends the request with a client of its own: the next one comes minutes later, when
	 * a gateway may have dropped a kept connection without a word.
	 */
	private HttpResponse<byte[]> send() throws JWKSetUnavailableException {
		HttpClient client = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.followRedirects(HttpClient.Redirect.NEVER)
			.connectTimeout(this.timeout)
			.executor(this.executor)
			.build();
		CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(this.request,
				(info) -> new BoundedBody(MAX_BYTES));
		boolean complete = false;
		try {
			HttpResponse<byte[]> response = answer.get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
			complete = true;
			return response;
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new JWKSetUnavailableException("The service could not be asked for its keys");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new JWKSetUnavailableException("Interrupted while asking the service for its keys");
		}
		finally {
			if (!complete) {
				answer.cancel(true);
				// Also where it failed by itself: its connection may still be open.
				answer.newIncompleteFuture().cancel(true);
			}
			close(client);
		}
	}

	/** Before JDK 21 a client ends when nobody refers to it any more. */
	private static void close(HttpClient client) {
		try {
			HttpClient.class.getMethod("shutdownNow").invoke(client);
		}
		catch (ReflectiveOperationException ex) {
			// This JDK's client cannot be told to end.
		}
	}

	/** The form in which the JOSE library keeps keys and fetches them anew. */
	private static JWK toJwk(PublishedKey key) {
		return new RSAKey.Builder(Base64URL.encode(key.modulus()), Base64URL.encode(key.exponent())).keyID(key.id())
			.notBeforeTime(date(key.notBefore()))
			.expirationTime(date(key.expiresAt()))
			.build();
	}

	/**
	 * The keys of a set that this endpoint has given.
	 */
	static VerificationKeys keys(JWKSet set) {
		return new VerificationKeys(set.getKeys()
			.stream()
			.map(JWK::toRSAKey)
			.map((key) -> new PublishedKey(key.getKeyID(), key.getModulus().decodeToBigInteger(),
					key.getPublicExponent().decodeToBigInteger(), instant(key.getNotBeforeTime()),
					instant(key.getExpirationTime()), false))
			.toList(), false);
	}

	private static @Nullable Date date(@Nullable Instant time) {
		return (time != null) ? Date.from(time) : null;
	}

	private static @Nullable Instant instant(@Nullable Date time) {
		return (time != null) ? time.toInstant() : null;
	}

	private static CustomizableThreadFactory threadFactory() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory("grantex-jwks-");
		factory.setDaemon(true);
		return factory;
	}

	private static List<Map<String, ?>> keys(byte[] json) throws JWKSetUnavailableException {
		try {
			StrictJson.Content content = StrictJson.readObject(json);
			if (!content.repeated() && content.members().get("keys") instanceof List<?> elements) {
				List<Map<String, ?>> keys = new ArrayList<>();
				for (Object element : elements) {
					if (element instanceof Map<?, ?> key) {
						@SuppressWarnings("unchecked") // JSON objects have text for names
						Map<String, ?> members = (Map<String, ?>) key;
						keys.add(members);
					}
				}
				return keys;
			}
		}
		catch (IllegalArgumentException ex) {
			// Answered like any other content that is no key set.
		}
		throw new JWKSetUnavailableException("The service answered with something else than keys");
	}

	private static void requireTrustworthy(URI uri, boolean allowInsecureHttp) {
		String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
		String host = (uri.getHost() != null) ? uri.getHost().toLowerCase(Locale.ROOT) : "";
		boolean secure = scheme.equals("https");
		boolean tolerated = scheme.equals("http") && (allowInsecureHttp || LOOPBACK.matcher(host).matches());
		if (host.isEmpty() || uri.getRawUserInfo() != null || !(secure || tolerated)) {
			throw new IllegalArgumentException("The URL of the keys must use https; "
					+ "http is for this machine only unless it is allowed explicitly");
		}
	}

}
