package dev.grantex.gemma.cloud;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;

/**
 * The client of the Grantex API. Calls block until the answer is there, for the read
 * time-out at most: never make them on an event loop. Safe for use by several threads.
 * <p>
 * Every call throws
 * <ul>
 * <li>{@link ApiUnreachableException} when there is no complete answer,</li>
 * <li>{@link GrantexAuthException} when the service refuses: {@code statusCode()} 401 or
 * 403 for the API key, 404 with {@code code()} {@code NOT_FOUND} for an unknown agent or
 * bundle (without a code for an unknown route, so not for the bundle), 413 for a body
 * that is too large, 409 with {@code BUNDLE_EXPIRED}, {@code BUNDLE_REVOKED},
 * {@code GRANT_INACTIVE} or {@code BUNDLE_INACTIVE} for a bundle that cannot be
 * refreshed, 3xx for a redirect; as {@link RateLimitedException},
 * {@link AuditRejectedException} and {@link ApiServerErrorException} for 429, refused
 * entries and 5xx,</li>
 * <li>{@link InvalidAnswerException} when a success is not what the API answers,</li>
 * <li>{@link IllegalStateException} on a thread that must not block, and
 * {@link IllegalArgumentException} for a bundle id that cannot be one; both before
 * anything is sent.</li>
 * </ul>
 * A client without an API key refuses each call that needs one with a
 * {@link GrantexAuthException} of status 401 and code {@link #API_KEY_MISSING}, without
 * sending anything.
 */
public final class GrantexClient implements AutoCloseable {

	/**
	 * The code of the refusal by a client that has no API key.
	 */
	public static final String API_KEY_MISSING = "API_KEY_MISSING";

	private static final String BUNDLES = "/v1/consent-bundles";

	private final BaseUrl baseUrl;

	private final SyncEndpoint syncEndpoint;

	private final ServiceTime serviceTime = new ServiceTime();

	private final ApiCalls api;

	private GrantexClient(Builder builder) {
		this.baseUrl = BaseUrl.of(builder.baseUrl, builder.allowInsecureHttp);
		this.syncEndpoint = new SyncEndpoint(this.baseUrl);
		this.api = new ApiCalls(this.baseUrl, builder.apiKey, builder.connectTimeout, builder.readTimeout,
				this.serviceTime);
		addServiceTimeListener(builder.serviceTimeListener);
	}

	/**
	 * Starts a client with the defaults of {@link Builder}.
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Adds who is told the service's time as {@link Builder#serviceTimeListener} is.
	 */
	public void addServiceTimeListener(Consumer<Instant> listener) {
		this.serviceTime.tell(Objects.requireNonNull(listener, "listener"));
	}

	/**
	 * Asks for a bundle. Each call issues another one.
	 * @param request what it is asked for
	 * @return the bundle, with the private key that exists nowhere else
	 */
	public ConsentBundle createConsentBundle(BundleRequest request) {
		return this.api.call(ApiRequest.post(this.baseUrl.resolve(BUNDLES), RequestBodies.create(request)),
				Answers::bundle);
	}

	/**
	 * Refreshes a bundle: same id and grant, new token, snapshot and audit key. The old
	 * key ends with it. When the answer is lost the new key is lost with it, and only
	 * another refresh gives a usable one.
	 * @param bundleId the bundle
	 * @return the bundle with its new key
	 */
	public ConsentBundle refresh(String bundleId) {
		return this.api.call(ApiRequest.post(bundleUri(bundleId, "/refresh"), null),
				(answer) -> Answers.of(bundleId, Answers.bundle(answer), ConsentBundle::bundleId));
	}

	/**
	 * Asks whether the consent behind a bundle still stands.
	 * @param bundleId the bundle
	 */
	public RevocationStatus revocationStatus(String bundleId) {
		return this.api.call(ApiRequest.get(bundleUri(bundleId, "/revocation-status")),
				(answer) -> Answers.of(bundleId, Answers.revocationStatus(answer), RevocationStatus::bundleId));
	}

	/**
	 * Revokes a bundle. Revoking it again is no error.
	 * @param bundleId the bundle
	 * @param revokeGrant whether the grant ends too, not only the bundle on its device
	 * @return when it was revoked, the first time
	 */
	public Instant revoke(String bundleId, boolean revokeGrant) {
		return this.api.call(ApiRequest.post(bundleUri(bundleId, "/revoke"), RequestBodies.revoke(revokeGrant)),
				(answer) -> Answers.revokedAt(Answers.of(bundleId, answer, Answers::bundleId)));
	}

	/**
	 * Asks for what the service tells about a bundle: neither token nor keys.
	 * @param bundleId the bundle
	 */
	public BundleMetadata bundle(String bundleId) {
		return this.api.call(ApiRequest.get(bundleUri(bundleId, "")),
				(answer) -> Answers.of(bundleId, Answers.metadata(answer), BundleMetadata::id));
	}

	/**
	 * Lists bundles of the API key's owner.
	 * @param query which ones
	 */
	public BundlePage bundles(BundleQuery query) {
		return this.api.call(ApiRequest.get(this.baseUrl.resolve(BUNDLES + query.toQueryString())), Answers::page);
	}

	/**
	 * Asks for the audit entries the service has of a bundle, the first 1000 of them.
	 * @param bundleId the bundle
	 */
	public List<SyncedAuditEntry> auditEntries(String bundleId) {
		return this.api.call(ApiRequest.get(bundleUri(bundleId, "/audit")),
				(answer) -> List.copyOf(AnswerReader.list(answer, "entries", Answers::auditEntry)));
	}

	/**
	 * Uploads audit entries: all or none of them are accepted. Sending accepted ones
	 * again is safe, as long as they are signed with the bundle's current key.
	 * @param bundleId the bundle whose chain they belong to
	 * @param deviceId the device they come from
	 * @param syncEndpoint where the bundle says they go; ignored when that is not on the
	 * base URL's origin
	 * @param entries the entries in sequence, as many as fit into one {@link SyncBatch}
	 * @throws AuditRejectedException if the service refuses them
	 * @throws IllegalArgumentException if there are none, or they do not fit into one
	 * upload
	 */
	public SyncResponse syncAudit(String bundleId, @Nullable String deviceId, @Nullable String syncEndpoint,
			List<SignedAuditEntry> entries) {
		return syncAudit(SyncBatch.of(bundleId, deviceId, entries), syncEndpoint);
	}

	/**
	 * Uploads a batch of audit entries: all or none of them are accepted.
	 * @param batch the entries
	 * @param syncEndpoint where the bundle says they go; ignored when that is not on the
	 * base URL's origin
	 * @throws AuditRejectedException if the service refuses them
	 * @throws IllegalArgumentException if the batch is empty
	 */
	public SyncResponse syncAudit(SyncBatch batch, @Nullable String syncEndpoint) {
		if (batch.size() == 0) {
			throw new IllegalArgumentException("There are no entries to upload");
		}
		return this.api.call(ApiRequest.post(this.syncEndpoint.resolve(syncEndpoint), batch.body()),
				(answer) -> Answers.syncResponse(answer, batch.size()));
	}

	/**
	 * Asks for the service's public keys. Needs no API key and sends none.
	 * @return a JSON Web Key Set (RFC 7517, section 5)
	 */
	public String jwks() {
		JsonNode keySet = this.api.callOpenly(ApiRequest.get(this.baseUrl.resolve("/.well-known/jwks.json")));
		AnswerReader.list(keySet, "keys", Function.identity());
		return AnswerReader.write(keySet);
	}

	/**
	 * Ends calls that are waiting, with {@link ApiUnreachableException}, and refuses
	 * further ones.
	 */
	@Override
	public void close() {
		this.api.close();
	}

	@Override
	public String toString() {
		return "GrantexClient[" + this.baseUrl + "]";
	}

	private URI bundleUri(String bundleId, String call) {
		return this.baseUrl.resolve(BUNDLES + "/" + BundleIds.require(bundleId) + call);
	}

	/**
	 * Builds a client. Not safe for use by several threads.
	 */
	public static final class Builder {

		private URI baseUrl = URI.create("https://api.grantex.dev");

		private @Nullable ApiKey apiKey;

		private Duration connectTimeout = Duration.ofSeconds(10);

		private Duration readTimeout = Duration.ofSeconds(30);

		private boolean allowInsecureHttp;

		private Consumer<Instant> serviceTimeListener = (time) -> {
		};

		private Builder() {
		}

		/**
		 * Where the API is, {@code https://api.grantex.dev} by default. It may hold a
		 * path. The API key goes to its origin only.
		 */
		public Builder baseUrl(URI baseUrl) {
			this.baseUrl = Objects.requireNonNull(baseUrl, "baseUrl");
			return this;
		}

		/**
		 * The API key: visible ASCII characters without white space. Without one each
		 * call is refused.
		 * @throws IllegalArgumentException if it holds anything else
		 */
		public Builder apiKey(@Nullable String apiKey) {
			this.apiKey = (apiKey != null) ? ApiKey.of(apiKey) : null;
			return this;
		}

		/**
		 * How long to wait for a connection and its encryption, 10 seconds by default,
		 * within the read time-out.
		 * @throws IllegalArgumentException unless it is a millisecond to an hour
		 */
		public Builder connectTimeout(Duration connectTimeout) {
			this.connectTimeout = ApiTransport.requireTimeout(connectTimeout);
			return this;
		}

		/**
		 * How long one call may take, from the request to the complete answer, connecting
		 * included, 30 seconds by default.
		 * @throws IllegalArgumentException unless it is a millisecond to an hour
		 */
		public Builder readTimeout(Duration readTimeout) {
			this.readTimeout = ApiTransport.requireTimeout(readTimeout);
			return this;
		}

		/**
		 * Whether plain http may be used to other machines too, not only to loopback
		 * addresses. It shows the API key and the audit keys to the network.
		 */
		public Builder allowInsecureHttp(boolean allowInsecureHttp) {
			this.allowInsecureHttp = allowInsecureHttp;
			return this;
		}

		/**
		 * Who is told the service's time, as of each successful answer to a call with the
		 * API key, on the calling thread and to the second.
		 */
		public Builder serviceTimeListener(Consumer<Instant> serviceTimeListener) {
			this.serviceTimeListener = Objects.requireNonNull(serviceTimeListener, "serviceTimeListener");
			return this;
		}

		/**
		 * Builds the client. Nothing is sent.
		 * @throws IllegalArgumentException if the base URL is not allowed
		 */
		public GrantexClient build() {
			return new GrantexClient(this);
		}

	}

}
