package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.List;

import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.sync.SyncProblem.Kind;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A network that swallows everything costs one time-out a cycle.
 */
class OutageTests extends SyncFixture {

	/** Enough for a request to arrive. */
	private static final Duration SHORT = Duration.ofSeconds(5);

	/** Enough for several answers that come. */
	private static final Duration LONG = Duration.ofSeconds(10);

	@Test
	void nothingMoreIsAskedAfterATimeOut() {
		SyncDevice device = withManyThingsToDo();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.STATUS);
		SyncResult result = device.timeOut(SHORT).sync();
		pause.release();
		assertThat(routes()).containsExactly(Route.STATUS);
		assertThat(result.problems()).extracting(SyncProblem::step)
			.containsExactly(SyncStep.STATUS, SyncStep.UPLOAD, SyncStep.UPLOAD);
		assertThat(result.problems()).allSatisfy((problem) -> {
			assertThat(problem.kind()).isEqualTo(Kind.OFFLINE);
			assertThat(problem.code()).isEqualTo("timeout");
		});
		assertThat(device.device().bundle().state().refreshPending()).isFalse();
		SyncResult next = device.timeOut(Duration.ofSeconds(60)).sync();
		assertThat(next.isSuccessful()).isTrue();
		assertThat(next.accepted()).isEqualTo(4);
		assertThat(next.refreshed()).isTrue();
	}

	@Test
	void nothingMoreIsAskedAfterARefusedConnection() {
		SyncDevice device = withManyThingsToDo();
		this.simulator.faults().unreachable();
		SyncResult result = device.sync();
		assertThat(result.problems()).extracting(SyncProblem::code).containsOnly("not_connected");
		assertThat(device.device().bundle().state().refreshPending()).isFalse();
		assertThat(device.synchronizer().status().isOffline()).isTrue();
	}

	@Test
	void refreshThatIsDueInAnyCaseIsMadeWhereOnlyAnUploadTimedOut() {
		SyncDevice device = withManyThingsToDo();
		leaveShare(device.device().bundle(), 0.05);
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.SYNC);
		SyncResult result = device.timeOut(LONG).sync();
		pause.release();
		assertThat(result.refreshed()).isTrue();
		assertThat(this.simulator.requests(Route.SYNC)).hasSize(1);
		assertThat(result.problems()).extracting(SyncProblem::step).containsOnly(SyncStep.UPLOAD);
	}

	@Test
	void refreshThatCanWaitWaitsWhereAnUploadTimedOut() {
		SyncDevice device = withManyThingsToDo();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.SYNC);
		SyncResult result = device.timeOut(SHORT).sync();
		pause.release();
		assertThat(this.simulator.requests(Route.SYNC)).hasSize(1);
		assertThat(result.refreshed()).isFalse();
		assertThat(this.simulator.requests(Route.REFRESH)).isEmpty();
	}

	@Test
	void lostAnswerOfOneStepKeepsTheOthersFromNothing() {
		SyncDevice device = withManyThingsToDo();
		this.simulator.faults().loseAnswer(Route.STATUS, 1);
		SyncResult result = device.sync();
		assertThat(result.accepted()).isEqualTo(4);
		assertThat(result.refreshed()).isTrue();
	}

	@Test
	void noBundleIsRequestedAfterALookUpThatTimedOut() {
		SyncDevice device = emptySyncDevice();
		Pause pause = this.simulator.faults().pauseBeforeCommit(Route.LIST);
		assertThat(device.timeOut(SHORT).sync().issued()).isFalse();
		pause.release();
		assertThat(routes()).isEqualTo(List.of(Route.LIST));
	}

	/**
	 * A device with two chains to deliver, and a refresh that is due.
	 */
	private SyncDevice withManyThingsToDo() {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		device.device().consent().replace(issue(), this.request);
		device.device().calls(2);
		leaveShare(device.device().bundle(), 0.15);
		this.simulator.clearRequests();
		return device;
	}

}
