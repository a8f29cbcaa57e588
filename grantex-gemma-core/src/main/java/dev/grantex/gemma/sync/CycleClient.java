package dev.grantex.gemma.sync;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

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

/**
 * The client as a cycle may use it: no call within a pause that its limit has asked for,
 * and none after the service did not answer, so that a network that swallows everything
 * costs one time-out a cycle. Every call throws, besides what the client does,
 * {@link CallPausedException} and {@link CallOmittedException}. For one cycle at a time.
 */
final class CycleClient {

	private final GrantexClient client;

	private final Pauses pauses;

	private final AnsweredTimes times;

	private @Nullable Reason outage;

	/** Whether uploads were all that had no answer. */
	private boolean uploadTimedOut;

	private CallTime time = CallTime.UNLIMITED;

	CycleClient(GrantexClient client, Clock clock, AnsweredTimes times) {
		this.client = client;
		this.pauses = new Pauses(clock);
		this.times = times;
		client.addServiceTimeListener(times::heard);
	}

	/**
	 * Begins a cycle, in which the service is asked again.
	 * @param time how long its calls may take
	 */
	void beginCycle(CallTime time) {
		this.outage = null;
		this.uploadTimedOut = false;
		this.time = time;
		this.times.beginCycle();
	}

	/**
	 * How long it is until the first pause ends, if there is one.
	 */
	Optional<Duration> untilPauseEnds() {
		return this.pauses.untilNextEnd();
	}

	/**
	 * How long it is until any call can be made again, if all wait for a pause to end.
	 */
	Optional<Duration> untilAnyCall() {
		return this.pauses.untilAnyCall();
	}

	/**
	 * Checks that not all calls wait for a pause to end.
	 */
	void requireAnyCall() {
		if (untilAnyCall().isPresent()) {
			this.pauses.require(ApiLimit.LOOK_UPS);
		}
	}

	RevocationStatus revocationStatus(String bundleId) {
		return lookUp(() -> this.client.revocationStatus(bundleId));
	}

	BundleMetadata bundle(String bundleId) {
		return lookUp(() -> this.client.bundle(bundleId));
	}

	BundlePage bundles(BundleQuery query) {
		return lookUp(() -> this.client.bundles(query));
	}

	/**
	 * Checks that look-ups may be made now.
	 */
	void requireLookUps() {
		require(ApiLimit.LOOK_UPS);
	}

	/**
	 * Whether look-ups may be made now.
	 */
	boolean mayLookUp() {
		return this.outage == null && this.pauses.isFree(ApiLimit.LOOK_UPS);
	}

	/**
	 * Checks that uploads may be made now.
	 */
	void requireUploads() {
		require(ApiLimit.UPLOADS);
	}

	SyncResponse syncAudit(SyncBatch batch, @Nullable String syncEndpoint) {
		requireUploads();
		return call(ApiLimit.UPLOADS, () -> this.time.bounded(() -> this.client.syncAudit(batch, syncEndpoint)));
	}

	/**
	 * Checks that a refresh may be made now.
	 * @param urgent whether it is due even where an upload had no answer
	 */
	void requireRefresh(boolean urgent) {
		if (!(urgent && this.uploadTimedOut)) {
			requireAnswers();
		}
		this.pauses.require(ApiLimit.ISSUING);
	}

	ConsentBundle refresh(String bundleId, boolean urgent) {
		requireRefresh(urgent);
		return call(ApiLimit.ISSUING, () -> this.time.bounded(() -> this.client.refresh(bundleId)));
	}

	/**
	 * Once sent, it is never cut off: the bundle would exist for nobody.
	 */
	ConsentBundle createConsentBundle(BundleRequest request) {
		require(ApiLimit.ISSUING);
		this.time.require();
		return call(ApiLimit.ISSUING, () -> this.client.createConsentBundle(request));
	}

	private <T> T lookUp(Supplier<T> call) {
		require(ApiLimit.LOOK_UPS);
		return call(ApiLimit.LOOK_UPS, () -> this.time.lookUp(call));
	}

	private void require(ApiLimit limit) {
		requireAnswers();
		this.pauses.require(limit);
	}

	private void requireAnswers() {
		if (this.outage != null) {
			throw new CallOmittedException(this.outage);
		}
	}

	private <T> T call(ApiLimit limit, Supplier<T> call) {
		this.times.sending();
		try {
			return call.get();
		}
		catch (RateLimitedException ex) {
			throw this.pauses.begin(limit, ex.retryAfter());
		}
		catch (ApiUnreachableException ex) {
			if (isOutage(ex.reason())) {
				this.uploadTimedOut = limit == ApiLimit.UPLOADS && ex.reason() == Reason.TIMEOUT;
				this.outage = ex.reason();
			}
			throw ex;
		}
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
