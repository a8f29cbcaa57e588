package dev.grantex.gemma.actuate;

import java.util.Map;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

import dev.grantex.gemma.autoconfigure.RunningApplication;
import dev.grantex.gemma.sync.AuditSynchronizer;
import dev.grantex.gemma.sync.SyncStatus;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What health and endpoint say, word for word, of a device that waits for the service.
 */
class SynchronizationStatesTests extends StatesFixture {

	@Test
	void wellAndOnline() {
		try (RunningApplication application = start()) {
			call(application);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "UP",
					  "details": {
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 0,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "2026-01-01T00:05:00Z"
					  }
					}
					""", """
					{
					  "permitted": true,
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {"failures": 0, "nextCycleAt": "2026-01-01T00:05:00Z", "problems": []}
					}
					""");
		}
	}

	@Test
	void noBundleYet() {
		service().faults().unreachable();
		try (RunningApplication application = start()) {
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "no_bundle",
					    "remedy": "Connect the device and check grantex.gemma.api.*, agent-id, user-id, scopes and \
					bundle.auto-issue. If the last bundle was revoked, a new one needs \
					grantex.gemma.bundle.reissue-after set to its id.",
					    "online": false,
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "offline: not_connected",
					    "problemRemedy": "If the device should be online, check grantex.gemma.api.base-url; it is \
					tried again."
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "no_bundle",
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "ISSUE", "kind": "OFFLINE", "code": "not_connected"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void offline() {
		start().close();
		service().faults().unreachable();
		try (RunningApplication application = start()) {
			call(application);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "UP",
					  "details": {
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 1,
					    "online": false,
					    "nextCycle": "<within a second>",
					    "problem": "offline: not_connected",
					    "problemRemedy": "If the device should be online, check grantex.gemma.api.base-url; it is \
					tried again."
					  }
					}
					""", """
					{
					  "permitted": true,
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "<within a second>",
					    "problems": [
					      {"step": "STATUS", "kind": "OFFLINE", "code": "not_connected"},
					      {"step": "UPLOAD", "kind": "OFFLINE", "code": "not_connected"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void backingOff() {
		start().close();
		answer(Route.ANY, 503, "UNAVAILABLE", Faults.ALWAYS);
		try (RunningApplication application = start("grantex.gemma.sync.on-startup=true")) {
			SyncStatus status = Awaitility.await()
				.until(application.bean(AuditSynchronizer.class)::status, (now) -> now.failures() > 0);
			assertThat(status.nextCycleAt()).isBetween(START, START.plusSeconds(1L << (status.failures() - 1)));
			ObjectNode health = health(application);
			((ObjectNode) health.get("details")).put("nextCycle", "<soon>");
			assertHealth(health, """
					{
					  "status": "UP",
					  "details": {
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 0,
					    "online": false,
					    "nextCycle": "<soon>",
					    "problem": "offline: http_503",
					    "problemRemedy": "The service, or a proxy before it, could not process the request; \
					it is tried again."
					  }
					}
					""");
		}
	}

	@Test
	void refusedKey() {
		start().close();
		try (RunningApplication application = start("grantex.gemma.api.key=no-key-of-the-service")) {
			call(application);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "UP",
					  "details": {
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 1,
					    "online": true,
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "key_refused: unauthorized",
					    "problemRemedy": "Set grantex.gemma.api.key to a valid API key of the service."
					  }
					}
					""", """
					{
					  "permitted": true,
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "STATUS", "kind": "KEY_REFUSED", "code": "unauthorized"},
					      {"step": "UPLOAD", "kind": "KEY_REFUSED", "code": "unauthorized"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void rateLimited() {
		try (RunningApplication application = start()) {
			call(application);
		}
		service().faults()
			.respond(Route.SYNC, 429, "{\"message\":\"slow\",\"code\":\"BAD_REQUEST\",\"requestId\":\"r\"}",
					Map.of("retry-after", "420"), Faults.ALWAYS);
		try (RunningApplication application = start("grantex.gemma.sync.on-startup=true")) {
			Awaitility.await()
				.until(application.bean(AuditSynchronizer.class)::status,
						(now) -> START.plusSeconds(300).equals(now.nextCycleAt()));
			assertShows(application, """
					{
					  "status": "UP",
					  "details": {
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 1,
					    "online": true,
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "rate_limited: rate_limited",
					    "problemRemedy": "It is tried again when the service allows it."
					  }
					}
					""", """
					{
					  "permitted": true,
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "UPLOAD", "kind": "RATE_LIMITED", "code": "rate_limited", "retryAfter": "PT7M"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void formerBundleThatCannotBeDelivered() {
		try (RunningApplication application = start()) {
			call(application);
		}
		try (RunningApplication application = start("grantex.gemma.user-id=user_bob")) {
			service().deleteBundle(bundle(1));
			synchronize(application);
			assertShows(application, """
					{
					  "status": "UP",
					  "details": {
					    "bundle": "bundle_2",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 0,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "not_found: not_found",
					    "problemRemedy": "Evidence of the former bundle bundle_1 was not delivered. It is tried \
					again; what the service will never take is archived, and the current chain names the archive.",
					    "problemBundle": "bundle_1"
					  }
					}
					""", """
					{
					  "permitted": true,
					  "bundle": {"id": "bundle_2", "refreshPending": false, "drained": false},
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "UPLOAD", "kind": "NOT_FOUND", "code": "not_found", "formerBundleId": "bundle_1"}
					    ]
					  }
					}
					""");
		}
	}

}
