package dev.grantex.gemma.actuate;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.autoconfigure.RunningApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What health and endpoint say, word for word, of a device whose consent, log or clock
 * stands in the way.
 */
class HaltedStatesTests extends StatesFixture {

	private static final Duration LIFE = Duration.ofHours(72);

	@Test
	void revokedWithEvidenceLeftToDeliver() {
		try (RunningApplication application = start()) {
			call(application);
			pass(Duration.ofMinutes(1));
			service().revokeBundle(bundle(1), false);
			answer(Route.SYNC, 503, "UNAVAILABLE", 1);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "revoked",
					    "remedy": "Nothing runs until an operator allows a new bundle. If the user consents again, \
					set grantex.gemma.bundle.reissue-after to this bundle's id and restart.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "revokedAt": "2026-01-01T00:01:00Z",
					    "drained": false,
					    "unsynchronized": 1,
					    "online": false,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "<within a second>",
					    "problem": "offline: http_503",
					    "problemRemedy": "The service, or a proxy before it, could not process the request; \
					it is tried again."
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "revoked",
					  "bundle": {
					    "id": "bundle_1",
					    "refreshPending": false,
					    "revokedAt": "2026-01-01T00:01:00Z",
					    "drained": false
					  },
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "<within a second>",
					    "problems": [
					      {"step": "UPLOAD", "kind": "OFFLINE", "code": "http_503"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void drainedAfterARevocation() {
		try (RunningApplication application = start()) {
			call(application);
			service().revokeBundle(bundle(1), true);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "revoked",
					    "remedy": "Nothing runs until an operator allows a new bundle. If the user consents again, \
					set grantex.gemma.bundle.reissue-after to this bundle's id and restart.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "revokedAt": "2026-01-01T00:00:00Z",
					    "drained": true,
					    "unsynchronized": 0,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "2026-01-01T00:05:00Z"
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "revoked",
					  "bundle": {
					    "id": "bundle_1",
					    "refreshPending": false,
					    "revokedAt": "2026-01-01T00:00:00Z",
					    "drained": true
					  },
					  "sync": {"failures": 0, "nextCycleAt": "2026-01-01T00:05:00Z", "problems": []}
					}
					""");
		}
	}

	@Test
	void noBundleAfterTheFilesOfARevokedDeviceWereDeleted() throws IOException {
		try (RunningApplication application = start()) {
			service().revokeBundle(bundle(1), true);
			synchronize(application);
		}
		FileSystemUtils.deleteRecursively(this.device.directory());
		try (RunningApplication application = start()) {
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "no_bundle",
					    "remedy": "The newest bundle of this agent, user and device, bundle_1, was revoked. To \
					allow a new one, set grantex.gemma.bundle.reissue-after to its id.",
					    "online": true,
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "withdrawn: newest_bundle_revoked",
					    "problemRemedy": "The newest bundle of this agent, user and device, bundle_1, was revoked. To \
					allow a new one, set grantex.gemma.bundle.reissue-after to its id.",
					    "problemBundle": "bundle_1"
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "no_bundle",
					  "sync": {
					    "failures": 2,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "ISSUE", "kind": "WITHDRAWN", "code": "newest_bundle_revoked", \
					"formerBundleId": "bundle_1"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void expired() {
		try (RunningApplication application = start()) {
			call(application);
			service().faults().unreachable();
			pass(LIFE);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "expired",
					    "remedy": "Connect the device: a new bundle is requested, unless \
					grantex.gemma.bundle.auto-issue is false.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 1,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "2026-01-01T00:05:00Z"
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "expired",
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {"failures": 0, "nextCycleAt": "2026-01-01T00:05:00Z", "problems": []}
					}
					""");
		}
	}

	@Test
	void truncated() throws IOException {
		try (RunningApplication application = start()) {
			call(application);
			call(application);
		}
		List<String> lines = Files.readAllLines(this.device.auditFile());
		Files.writeString(this.device.auditFile(), lines.get(0) + "\n");
		try (RunningApplication application = start()) {
			synchronize(application);
			assertShows(application,
					"""
							{
							  "status": "DOWN",
							  "details": {
							    "reason": "log_truncated",
							    "remedy": "Keep the log files as evidence, find out what removed entries, and restore the \
							newest copy; if there is none, allow a new bundle: set grantex.gemma.bundle.reissue-after to \
							this bundle's id and restart; see docs/recovery.md.",
							    "bundle": "bundle_1",
							    "expires": "2026-01-04T00:00:00Z",
							    "unsynchronized": null,
							    "online": true,
							    "nextCycle": "2026-01-01T00:05:00Z",
							    "problem": "local: log_truncated",
							    "problemRemedy": "Keep the log files as evidence, find out what removed entries, and restore the \
							newest copy; if there is none, allow a new bundle: set grantex.gemma.bundle.reissue-after to \
							this bundle's id and restart; see docs/recovery.md."
							  }
							}
							""",
					"""
							{
							  "permitted": false,
							  "reason": "log_truncated",
							  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
							  "sync": {
							    "failures": 1,
							    "nextCycleAt": "2026-01-01T00:05:00Z",
							    "problems": [{"step": "UPLOAD", "kind": "LOCAL", "code": "log_truncated"}]
							  }
							}
							""");
		}
	}

	@Test
	void whatIsLeftToDeliverOfATruncatedLogIsNullWhereverItIsShown() throws IOException {
		try (RunningApplication application = start()) {
			call(application);
		}
		Files.writeString(this.device.auditFile(), "");
		try (RunningApplication application = start()) {
			GrantexEndpoint endpoint = application.bean(GrantexEndpoint.class);
			JsonNode cycle = shown(application, endpoint.sync());
			assertThat(cycle.required("unsynchronized").isNull()).isTrue();
			assertThat(cycle.required("successful").booleanValue()).isFalse();
			JsonNode status = shown(application, endpoint.status());
			assertThat(status.at("/audit").toString()).isEqualTo("{\"unsynchronized\":null}");
			assertThat(status.at("/sync/lastResult")).isEqualTo(cycle);
		}
	}

	@Test
	void sealMissing() throws IOException {
		try (RunningApplication application = start()) {
			call(application);
		}
		Files.delete(this.device.directory().resolve("audit.seal"));
		try (RunningApplication application = start()) {
			synchronize(application);
			assertShows(application,
					"""
							{
							  "status": "DOWN",
							  "details": {
							    "reason": "log_missing",
							    "remedy": "Put the missing file of the log or its seal back beside grantex.gemma.audit.path; \
							if there is no copy, allow a new bundle: set grantex.gemma.bundle.reissue-after to this bundle's \
							id and restart; see docs/recovery.md.",
							    "bundle": "bundle_1",
							    "expires": "2026-01-04T00:00:00Z",
							    "unsynchronized": null,
							    "online": true,
							    "nextCycle": "2026-01-01T00:05:00Z",
							    "problem": "local: log_missing",
							    "problemRemedy": "Put the missing file of the log or its seal back beside grantex.gemma.audit.path; \
							if there is no copy, allow a new bundle: set grantex.gemma.bundle.reissue-after to this bundle's \
							id and restart; see docs/recovery.md."
							  }
							}
							""",
					"""
							{
							  "permitted": false,
							  "reason": "log_missing",
							  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
							  "sync": {
							    "failures": 1,
							    "nextCycleAt": "2026-01-01T00:05:00Z",
							    "problems": [{"step": "UPLOAD", "kind": "LOCAL", "code": "log_missing"}]
							  }
							}
							""");
		}
	}

	@Test
	void clockSetBack() {
		try (RunningApplication application = start()) {
			call(application);
			service().faults().unreachable();
			pass(Duration.ofDays(-1));
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "clock_rollback",
					    "remedy": "Correct the device's clock, or connect the device if it was ahead before; calls \
					are allowed again at once.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 1,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "2026-01-01T00:05:00Z"
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "clock_rollback",
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {"failures": 0, "nextCycleAt": "2026-01-01T00:05:00Z", "problems": []}
					}
					""");
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void clockAhead(CapturedOutput output) {
		try (RunningApplication application = start()) {
			call(application);
			pass(Duration.ofDays(3650));
			service().faults().dates(Collections.nCopies(3, "Thu, 01 Jan 2026 00:01:00 GMT").toArray(String[]::new));
			synchronize(application);
			assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> call(application))
				.withMessage("The clock of this device is wrong. Do not try again; ask the user to set it right.");
			assertThat(output).containsPattern(
					"denied \\(clock_ahead\\).* shows 2035-12-30T00:00:00Z, and that of the service 2026-01-01T00:01:");
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "clock_ahead",
					    "remedy": "Set the device's clock: it is ahead of the service's, and by it the bundle has \
					ended. Health and the application's log name both times; calls are allowed again at once.",
					    "deviceTime": "2035-12-30T00:00:00Z",
					    "serviceTime": "<a minute later>",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 1,
					    "online": true,
					    "lastSynchronized": "2035-12-30T00:00:00Z",
					    "nextCycle": "2035-12-30T00:05:00Z"
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "clock_ahead",
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {"failures": 0, "nextCycleAt": "2035-12-30T00:05:00Z", "problems": []}
					}
					""");
			pass(Duration.ofDays(-3650).plusMinutes(1));
			call(application);
		}
	}

}
