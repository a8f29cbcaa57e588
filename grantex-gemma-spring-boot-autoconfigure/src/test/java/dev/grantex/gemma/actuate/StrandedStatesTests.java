package dev.grantex.gemma.actuate;

import java.nio.file.Path;
import java.time.Duration;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.autoconfigure.RunningApplication;

/**
 * What health and endpoint say, word for word, of a chain that can no longer grow on the
 * service, and of the one that takes its place. Each state is reached as it arises in the
 * field.
 */
class StrandedStatesTests extends StatesFixture {

	private static final Duration LIFE = Duration.ofHours(72);

	@Test
	void rejectedUntilTheServiceIssuesANewBundle() {
		try (RunningApplication application = start()) {
			call(application);
			synchronize(application);
			call(application);
			refuse(2);
			answer(Route.CREATE, 503, "UNAVAILABLE", 1);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "rejected",
					    "remedy": "Connect the device: a new bundle is requested once calls under way have ended. If \
					that does not happen, allow a new bundle: set grantex.gemma.bundle.reissue-after to this \
					bundle's id and restart; see docs/recovery.md.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "strandedSince": "2026-01-01T00:00:00Z",
					    "strandedAt": 2,
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
					  "reason": "rejected",
					  "bundle": {
					    "id": "bundle_1",
					    "refreshPending": false,
					    "drained": false,
					    "stranding": {"reason": "rejected", "since": "2026-01-01T00:00:00Z", "sequence": 2}
					  },
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "<within a second>",
					    "problems": [
					      {"step": "UPLOAD", "kind": "REJECTED", "code": "invalid_audit_entries"},
					      {"step": "ISSUE", "kind": "OFFLINE", "code": "http_503"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void rejectedFromItsBeginningAfterANewBeginning() {
		try (RunningApplication application = start()) {
			call(application);
			refuse(1);
			synchronize(application);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "rejected",
					    "remedy": "Connect the device: a new bundle is requested once calls under way have ended. If \
					that does not happen, allow a new bundle: set grantex.gemma.bundle.reissue-after to this \
					bundle's id and restart; see docs/recovery.md.",
					    "bundle": "bundle_2",
					    "expires": "2026-01-04T00:00:00Z",
					    "strandedSince": "2026-01-01T00:00:00Z",
					    "strandedAt": 1,
					    "unsynchronized": 1,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "rejected: invalid_audit_entries",
					    "problemRemedy": "Keep the log files. If the chain cannot go on, calls are denied and the \
					denial says what to do; else it is tried again."
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "rejected",
					  "bundle": {
					    "id": "bundle_2",
					    "refreshPending": false,
					    "drained": false,
					    "stranding": {"reason": "rejected", "since": "2026-01-01T00:00:00Z", "sequence": 1},
					    "predecessor": {
					      "bundleId": "bundle_1",
					      "reason": "rejected",
					      "lastAcceptedSequence": 0,
					      "lastLocalSequence": 1,
					      "archive": "archive/bundle_1",
					      "archiveSha256": "<sha256>"
					    }
					  },
					  "sync": {
					    "failures": 2,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "UPLOAD", "kind": "REJECTED", "code": "invalid_audit_entries"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void forkedByAClonedDevice() {
		Path clone = cloneOfDevice();
		try (RunningApplication application = startIn(clone)) {
			call(application);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "forked",
					    "remedy": "Find out where an older copy of the files, or a cloned device, is at work. Then \
					allow a new bundle: set grantex.gemma.bundle.reissue-after to this bundle's id and restart; see \
					docs/recovery.md.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "strandedSince": "2026-01-01T00:01:00Z",
					    "strandedAt": 1,
					    "unsynchronized": 1,
					    "online": true,
					    "nextCycle": "2026-01-01T00:06:00Z",
					    "problem": "forked: audit_chain_conflict",
					    "problemRemedy": "Keep the log files and find out where an older copy of them, or a cloned \
					device, is at work."
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "forked",
					  "bundle": {
					    "id": "bundle_1",
					    "refreshPending": false,
					    "drained": false,
					    "stranding": {"reason": "forked", "since": "2026-01-01T00:01:00Z", "sequence": 1}
					  },
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:06:00Z",
					    "problems": [
					      {"step": "UPLOAD", "kind": "FORKED", "code": "audit_chain_conflict"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void strandedOverARestartWithoutANetwork() {
		Path clone = cloneOfDevice();
		try (RunningApplication application = startIn(clone)) {
			call(application);
			synchronize(application);
		}
		pass(Duration.ofMinutes(1));
		service().faults().unreachable();
		try (RunningApplication application = startIn(clone)) {
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "forked",
					    "remedy": "Find out where an older copy of the files, or a cloned device, is at work. Then \
					allow a new bundle: set grantex.gemma.bundle.reissue-after to this bundle's id and restart; see \
					docs/recovery.md.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "strandedSince": "2026-01-01T00:01:00Z",
					    "strandedAt": 1,
					    "unsynchronized": 1,
					    "online": false,
					    "nextCycle": "2026-01-01T00:07:00Z"
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "forked",
					  "bundle": {
					    "id": "bundle_1",
					    "refreshPending": false,
					    "drained": false,
					    "stranding": {"reason": "forked", "since": "2026-01-01T00:01:00Z", "sequence": 1}
					  },
					  "sync": {"failures": 0, "nextCycleAt": "2026-01-01T00:07:00Z"}
					}
					""");
		}
	}

	@Test
	void rolledBackToAnOlderCopyOfAllFiles() {
		start().close();
		Path copy = copyOfFiles();
		try (RunningApplication application = start()) {
			call(application);
			synchronize(application);
		}
		try (RunningApplication application = startIn(copy)) {
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "rolled_back",
					    "remedy": "Stop the application and restore the newest copy of log, seal and bundle, or find \
					out where a clone of this device is at work; else allow a new bundle: set \
					grantex.gemma.bundle.reissue-after to this bundle's id and restart; see docs/recovery.md.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "strandedSince": "2026-01-01T00:00:00Z",
					    "strandedAt": 1,
					    "unsynchronized": 0,
					    "online": true,
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "rolled_back: rolled_back",
					    "problemRemedy": "Keep the log files and restore the newest copy of log, seal and bundle, or \
					find out where a clone of this device is at work."
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "rolled_back",
					  "bundle": {
					    "id": "bundle_1",
					    "refreshPending": false,
					    "drained": false,
					    "stranding": {"reason": "rolled_back", "since": "2026-01-01T00:00:00Z", "sequence": 1}
					  },
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "STATUS", "kind": "ROLLED_BACK", "code": "rolled_back"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void keyLostWithTheAnswerToTheLastRefresh() {
		try (RunningApplication application = start()) {
			call(application);
			pass(Duration.ofHours(70));
			service().faults().loseAnswer(Route.REFRESH, 1);
			answer(Route.SYNC, 503, "UNAVAILABLE", 1);
			synchronize(application);
			pass(LIFE);
			answer(Route.CREATE, 503, "UNAVAILABLE", 1);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "key_lost",
					    "remedy": "Connect the device: a new bundle is requested once calls under way have ended. If \
					that does not happen, allow a new bundle: set grantex.gemma.bundle.reissue-after to this \
					bundle's id and restart; see docs/recovery.md.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "strandedSince": "2026-01-06T22:00:00Z",
					    "strandedAt": 1,
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
					  "reason": "key_lost",
					  "bundle": {
					    "id": "bundle_1",
					    "refreshPending": true,
					    "drained": false,
					    "stranding": {"reason": "key_lost", "since": "2026-01-06T22:00:00Z", "sequence": 1}
					  },
					  "sync": {
					    "failures": 2,
					    "nextCycleAt": "<within a second>",
					    "problems": [
					      {"step": "UPLOAD", "kind": "REJECTED", "code": "key_lost"},
					      {"step": "ISSUE", "kind": "OFFLINE", "code": "http_503"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void bundleUnknownUnderAnotherAccountsKey() {
		start().close();
		String key = service().createCustomer("Another").apiKey();
		try (RunningApplication application = start("grantex.gemma.api.key=" + key)) {
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "bundle_unknown",
					    "remedy": "Check grantex.gemma.api.base-url, and that grantex.gemma.api.key is of the \
					account that issued the bundle. If the service has lost it, a new bundle is requested once calls \
					under way have ended. If that does not happen, allow a new bundle: set \
					grantex.gemma.bundle.reissue-after to this bundle's id and restart; see docs/recovery.md.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 0,
					    "online": true,
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "not_found: not_found",
					    "problemRemedy": "Check grantex.gemma.agent-id, and that grantex.gemma.api.key is its \
					owner's."
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "bundle_unknown",
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "STATUS", "kind": "NOT_FOUND", "code": "not_found"},
					      {"step": "ISSUE", "kind": "NOT_FOUND", "code": "not_found"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void bundleLostByTheServiceWhichIssuesNoOther() {
		try (RunningApplication application = start()) {
			call(application);
			service().deleteBundle(bundle(1));
			answer(Route.CREATE, 422, "VALIDATION_ERROR", 1);
			synchronize(application);
			assertShows(application, """
					{
					  "status": "DOWN",
					  "details": {
					    "reason": "bundle_unknown",
					    "remedy": "Check grantex.gemma.api.base-url, and that grantex.gemma.api.key is of the \
					account that issued the bundle. If the service has lost it, a new bundle is requested once calls \
					under way have ended. If that does not happen, allow a new bundle: set \
					grantex.gemma.bundle.reissue-after to this bundle's id and restart; see docs/recovery.md.",
					    "bundle": "bundle_1",
					    "expires": "2026-01-04T00:00:00Z",
					    "unsynchronized": 1,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:00:00Z",
					    "nextCycle": "2026-01-01T00:05:00Z",
					    "problem": "refused: validation_error",
					    "problemRemedy": "Check that the agent is registered with grantex.gemma.scopes and may have \
					grantex.gemma.offline-ttl, and grantex.gemma.api.base-url."
					  }
					}
					""", """
					{
					  "permitted": false,
					  "reason": "bundle_unknown",
					  "bundle": {"id": "bundle_1", "refreshPending": false, "drained": false},
					  "sync": {
					    "failures": 1,
					    "nextCycleAt": "2026-01-01T00:05:00Z",
					    "problems": [
					      {"step": "STATUS", "kind": "NOT_FOUND", "code": "not_found"},
					      {"step": "UPLOAD", "kind": "NOT_FOUND", "code": "not_found"},
					      {"step": "ISSUE", "kind": "REFUSED", "code": "validation_error"}
					    ]
					  }
					}
					""");
		}
	}

	@Test
	void newBeginningAfterAStrandedChain() {
		try (RunningApplication application = start()) {
			call(application);
			synchronize(application);
			call(application);
			refuse(2);
			synchronize(application);
			service().faults().clear();
			call(application);
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
					    "nextCycle": "2026-01-01T00:05:00Z"
					  }
					}
					""", """
					{
					  "permitted": true,
					  "bundle": {
					    "id": "bundle_2",
					    "refreshPending": false,
					    "drained": false,
					    "predecessor": {
					      "bundleId": "bundle_1",
					      "reason": "rejected",
					      "lastAcceptedSequence": 1,
					      "lastLocalSequence": 2,
					      "archive": "archive/bundle_1",
					      "archiveSha256": "<sha256>"
					    }
					  },
					  "sync": {"failures": 0, "nextCycleAt": "2026-01-01T00:05:00Z", "problems": []}
					}
					""");
		}
	}

	@Test
	void newBeginningThatTheOperatorAllowedAfterAFork() {
		Path clone = cloneOfDevice();
		try (RunningApplication application = startIn(clone)) {
			call(application);
			synchronize(application);
		}
		try (RunningApplication application = startIn(clone, "grantex.gemma.bundle.reissue-after=" + bundle(1))) {
			synchronize(application);
			call(application);
			assertShows(application, """
					{
					  "status": "UP",
					  "details": {
					    "bundle": "bundle_2",
					    "expires": "2026-01-04T00:01:00Z",
					    "unsynchronized": 1,
					    "online": true,
					    "lastSynchronized": "2026-01-01T00:01:00Z",
					    "nextCycle": "2026-01-01T00:06:00Z"
					  }
					}
					""", """
					{
					  "permitted": true,
					  "bundle": {
					    "id": "bundle_2",
					    "refreshPending": false,
					    "drained": false,
					    "predecessor": {
					      "bundleId": "bundle_1",
					      "reason": "forked",
					      "lastAcceptedSequence": 0,
					      "lastLocalSequence": 1,
					      "archive": "archive/bundle_1",
					      "archiveSha256": "<sha256>"
					    }
					  },
					  "sync": {"failures": 0, "nextCycleAt": "2026-01-01T00:06:00Z", "problems": []}
					}
					""");
		}
	}

	/**
	 * The files of a clone, after the device itself has gone on.
	 */
	private Path cloneOfDevice() {
		start().close();
		Path clone = copyOfFiles();
		try (RunningApplication application = start()) {
			call(application);
			synchronize(application);
		}
		pass(Duration.ofMinutes(1));
		return clone;
	}

	/**
	 * Makes the service refuse what begins with an entry.
	 */
	private void refuse(int seq) {
		String refusal = """
				{"message": "no", "code": "INVALID_AUDIT_ENTRIES", "requestId": "r",
				 "errors": [{"seq": %d, "code": "BAD_HASH", "message": "no"}]}
				""".formatted(seq);
		service().faults()
			.respondWhen(Route.SYNC, (body) -> body.at("/entries/0/seq").intValue() == seq, 400, refusal,
					Faults.ALWAYS);
	}

}
