package dev.grantex.gemma.sync;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.GrantexAuthException;
import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.ApiUnreachableException;
import dev.grantex.gemma.cloud.ApiUnreachableException.Reason;
import dev.grantex.gemma.cloud.BundleMetadata;
import dev.grantex.gemma.cloud.BundlePage;
import dev.grantex.gemma.cloud.BundleQuery;
import dev.grantex.gemma.cloud.GrantexClient;
import dev.grantex.gemma.cloud.RateLimitedException;
import dev.grantex.gemma.cloud.RevocationStatus;
import dev.grantex.gemma.cloud.SyncBatch;
import dev.grantex.gemma.cloud.SyncResponse;
import dev.grantex.gemma.sync.Pauses.Limit;
import dev.grantex.gemma.sync.SyncProblem.Kind;

/**
 * The client as a cycle may use it: no call within a pause that its limit has asked for,
 * and none after the service did not answer, so that a network that swallows everything
 * costs one time-out a cycle. Every call throws, besides what the client does,
 * {@link CallPausedException} and {@link StepException}. For one cycle at a time.
 */
final class CycleClient {

	private final GrantexClient client;

	private final Pauses pauses;

	private final AnsweredTimes times;

	private @Nullable Reason outage;

	/** Whether uploads were all that had no answer. */
	private boolean uploadTimedOut;

	private CallTime time = CallTime.UNLIMITED;

	CycleClient(GrantexClient client, Pauses pauses, AnsweredTimes times) {
		this.client = client;
		this.pauses = pauses;
		this.times = times;
		client.addServiceTimeListener(times::heard);
	}

	/**
	 * Begins a cycle, in which the service is asked again.
	 */
	void beginCycle(CallTime time) {
		this.outage = null;
		this.uploadTimedOut = false;
		this.time = time;
		this.times.beginCycle();
	}

	void requireAnyCall() {
		if (this.pauses.untilAnyCall().isPresent()) {
			this.pauses.require(Limit.LOOK_UPS);
		}
	}

	void require(Limit limit) {
		requireAnswers();
		this.pauses.require(limit);
	}

	RevocationStatus revocationStatus(String bundleId) {
		return lookUp(() -> this.client.revocationStatus(bundleId));
	}

	BundleMetadata bundle(String bundleId) {
		return lookUp(() -> this.client.bundle(bundleId));
	}

	Optional<BundleMetadata> find(String bundleId) {
		try {
			return Optional.of(bundle(bundleId));
		}
		catch (GrantexAuthException ex) {
			if (isUnknownBundle(ex)) {
				return Optional.empty();
			}
			throw ex;
		}
	}

	/**
	 * Whether the service answers, and knows the bundle.
	 */
	boolean knows(String bundleId) {
		try {
			return find(bundleId).isPresent();
		}
		catch (GrantexGemmaException ex) {
			return false;
		}
	}

	long accepted(String bundleId) {
		return bundle(bundleId).auditEntryCount();
	}

	BundlePage bundles(BundleQuery query) {
		return lookUp(() -> this.client.bundles(query));
	}

	boolean mayLookUp() {
		return this.outage == null && this.pauses.isFree(Limit.LOOK_UPS);
	}

	SyncResponse syncAudit(SyncBatch batch, @Nullable String syncEndpoint) {
		require(Limit.UPLOADS);
		return call(Limit.UPLOADS, () -> this.time.bounded(() -> this.client.syncAudit(batch, syncEndpoint)));
	}

	/**
	 * Checks that a refresh may be made now.
	 * @param urgent whether it is due even where an upload had no answer
	 */
	void requireRefresh(boolean urgent) {
		if (!(urgent && this.uploadTimedOut)) {
			requireAnswers();
		}
		this.pauses.require(Limit.ISSUING);
	}

	ConsentBundle refresh(String bundleId, boolean urgent) {
		requireRefresh(urgent);
		return call(Limit.ISSUING, () -> this.time.bounded(() -> this.client.refresh(bundleId)));
	}

	/**
	 * Once sent, it is never cut off: the bundle would exist for nobody.
	 */
	ConsentBundle createConsentBundle(BundleRequest request) {
		require(Limit.ISSUING);
		this.time.require();
		return call(Limit.ISSUING, () -> this.client.createConsentBundle(request));
	}

	private <T> T lookUp(Supplier<T> call) {
		require(Limit.LOOK_UPS);
		return call(Limit.LOOK_UPS, () -> this.time.lookUp(call));
	}

	private void requireAnswers() {
		if (this.outage != null) {
			throw new StepException("The Grantex API did not answer in this cycle", Kind.OFFLINE,
					this.outage.name().toLowerCase(Locale.ROOT));
		}
	}

	private <T> T call(Limit limit, Supplier<T> call) {
		this.times.sending();
		try {
			return call.get();
		}
		catch (RateLimitedException ex) {
			throw this.pauses.begin(limit, ex.retryAfter());
		}
		catch (ApiUnreachableException ex) {
			if (isOutage(ex.reason())) {
				this.uploadTimedOut = limit == Limit.UPLOADS && ex.reason() == Reason.TIMEOUT;
				this.outage = ex.reason();
			}
			throw ex;
		}
	}

	/**
	 * Without a code it is a route that is unknown, not a bundle.
	 */
	static boolean isUnknownBundle(GrantexAuthException refusal) {
		return refusal.statusCode() == 404 && refusal.code() != null;
	}

	/**
	 * A broken connection may be one request's misfortune.
	 */
	private static boolean isOutage(Reason reason) {
		return switch (reason) {
			case TIMEOUT, NOT_CONNECTED, UNKNOWN_HOST -> true;
			case TLS, CERTIFICATE_NOT_YET_VALID, CONNECTION_LOST, INTERRUPTED, CLOSED -> false;
		};
	}

}
