package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import dev.grantex.simulator.SimulatedBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;

import dev.grantex.gemma.audit.ChildJvm;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.Endurance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A device in another process, which is killed in the middle of a cycle, while the
 * service holds the request.
 */
abstract class KilledDeviceFixture extends SyncFixture {

	protected static final int OFTEN = 50;

	protected static final Duration LIFE = Duration.ofHours(72);

	private static final long SEED = 20261122;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	protected final Random random = new Random(SEED);

	protected ChildDevice child;

	private String agentId;

	private StoredChains chains;

	private @Nullable ChildDevice spare;

	@BeforeEach
	void useOneDirectory() {
		use(this.agent.id(), this.directory);
	}

	@AfterAll
	void closeSpare() {
		if (this.spare != null) {
			this.spare.close();
		}
	}

	protected void use(String agentId, Path directory) {
		this.agentId = agentId;
		this.chains = new StoredChains(directory);
	}

	protected void killAndStart(Moment moment, Route route) throws Exception {
		killAndStart(moment, route, 1 + this.random.nextInt(3));
	}

	protected void killAndStartWithoutACall(Moment moment, Route route) throws Exception {
		killAndStart(moment, route, 0);
	}

	private void killAndStart(Moment moment, Route route, int calls) throws Exception {
		Faults faults = this.simulator.faults();
		Pause pause = moment.plan(faults, route);
		this.child.tell("sync");
		assertThat(pause.awaitReached(PATIENCE)).as("%s held; %s", route, this.child.errors()).isTrue();
		this.child.kill();
		boolean late = moment == Moment.REQUEST_IS_LATE;
		if (!late) {
			letGo(pause, moment, route);
		}
		start();
		this.child.call(calls);
		if (late) {
			syncUntilQuiet();
			letGo(pause, moment, route);
			this.child.call(calls);
		}
	}

	/**
	 * Lets a request go on until it has done all that it does.
	 */
	private void letGo(Pause pause, Moment moment, Route route) {
		if (moment.isBeforeCommit()) {
			Pause committed = this.simulator.faults().pauseAfterCommit(route);
			pause.release();
			assertThat(committed.awaitReached(PATIENCE)).isTrue();
			committed.release();
		}
		else {
			pause.release();
		}
	}

	protected void assertConverged() throws Exception {
		syncUntilQuiet();
		assertThat(this.child.denial()).isEqualTo("null");
		assertThat(this.child.isRefreshPending()).isFalse();
		assertSameChains(current());
		assertThat(this.child.ask("verify")).isEqualTo("valid " + current().auditEntryCount());
	}

	protected void assertSameChains(SimulatedBundle bundle) throws IOException {
		assertThat(this.simulator.auditHashes(bundle.id())).isEqualTo(this.chains.hashes(bundle.grantId()));
	}

	protected void syncUntilQuiet() throws Exception {
		ChildDevice.Cycle cycle = this.child.sync();
		for (int i = 0; i < 10 && !cycle.isQuiet(); i++) {
			pass(Duration.ofMinutes(1).compareTo(cycle.pause()) > 0 ? Duration.ofMinutes(1) : cycle.pause());
			cycle = this.child.sync();
		}
		assertThat(cycle.isQuiet()).as("%s; %s", cycle, this.child.errors()).isTrue();
	}

	/**
	 * The device's bundle, as the service has it.
	 */
	protected SimulatedBundle current() throws Exception {
		return this.simulator.bundle(this.child.bundleId()).orElseThrow();
	}

	protected void pass(Duration time) throws Exception {
		Instant now = this.clock.instant().plus(time);
		this.clock.set(now);
		this.child.clock(now);
	}

	/**
	 * Switches the device on, in a process that was started in advance: that takes far
	 * longer than all that is done with it.
	 */
	protected void start() throws Exception {
		ChildDevice next = this.spare;
		this.child = closeAfterTest((next != null) ? next : startProcess());
		this.spare = startProcess();
		this.child.open(this.chains, this.agentId, this.clock.instant(), Durability.FSYNC);
	}

	private ChildDevice startProcess() throws IOException {
		return ChildDevice.start(ChildJvm.SHORT_LIVED, this.simulator);
	}

	protected List<Path> retiredBundles() throws IOException {
		return this.chains.retiredBundles();
	}

	protected void stop() throws Exception {
		assertThat(this.child.ask("close")).isEqualTo("closed");
		this.child.close();
	}

	protected void report(String what, Moment moment, long start) {
		Endurance.report(
				"kill -9 of a device: %s, %s: %d times (seed %d); %,d entries acknowledged in the last "
						+ "directory; %s",
				what, moment, OFTEN, SEED, this.chains.acknowledgements(), Endurance.since(start));
	}

	/**
	 * When the device is killed, or what else happens then.
	 */
	enum Moment {

		/** Before the service has changed anything; it does so before the restart. */
		BEFORE_COMMIT,

		/** The same, but the service does so only after the restart. */
		REQUEST_IS_LATE,

		/** After the service has changed what it changes, before it answers. */
		AFTER_COMMIT,

		/** After the answer was sent. */
		AFTER_ANSWER;

		Pause plan(Faults faults, Route route) {
			return switch (this) {
				case BEFORE_COMMIT, REQUEST_IS_LATE -> faults.pauseBeforeCommit(route);
				case AFTER_COMMIT -> faults.pauseAfterCommit(route);
				case AFTER_ANSWER -> faults.pauseAfterAnswer(route);
			};
		}

		boolean isBeforeCommit() {
			return this == BEFORE_COMMIT || this == REQUEST_IS_LATE;
		}

	}

}
