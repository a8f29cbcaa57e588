package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Pause;
import dev.grantex.simulator.Route;
import dev.grantex.simulator.SimulatedBundle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.audit.ChildJvm;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.audit.Endurance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for devices that are killed in the middle of a cycle, each at a moment when the
 * service, in another process, holds the request.
 */
class KilledDeviceTests extends SyncFixture {

	private static final long SEED = 20261122;

	private static final int OFTEN = 50;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Duration LIFE = Duration.ofHours(72);

	private final Random random = new Random(SEED);

	private String agentId;

	private StoredChains chains;

	private ChildDevice child;

	private ChildDevice spare;

	@BeforeEach
	void useOneDirectory() {
		this.agentId = this.agent.id();
		this.spare = null;
		this.chains = new StoredChains(this.directory);
	}

	@Test
	void uploadGoesOn() throws Exception {
		killWhileUploading(everyMoment(2));
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void uploadGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		killWhileUploading(Collections.nCopies(OFTEN, moment));
		report("upload", moment, start);
	}

	@Test
	void refreshGoesOn() throws Exception {
		killWhileRefreshing(everyMoment(2));
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void refreshGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		killWhileRefreshing(Collections.nCopies(OFTEN, moment));
		report("refresh", moment, start);
	}

	@Test
	void issueGoesOn() throws Exception {
		killWhileIssuing(everyMoment(1));
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void issueGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		killWhileIssuing(Collections.nCopies(OFTEN, moment));
		report("issue of a bundle", moment, start);
	}

	@Test
	void drainingAReplacedBundleGoesOn() throws Exception {
		killWhileDraining(everyMoment(1));
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void drainingAReplacedBundleGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		killWhileDraining(Collections.nCopies(OFTEN, moment));
		report("draining of a replaced bundle", moment, start);
	}

	@Test
	void revocationIsLearnedOfAgain() throws Exception {
		killWhileLearningOfARevocation(1);
	}

	@Tag("endurance")
	@Test
	void revocationIsLearnedOfAgainEachOfManyTimes() throws Exception {
		long start = System.nanoTime();
		killWhileLearningOfARevocation(OFTEN);
		report("answer that tells of a revocation", Moment.AFTER_ANSWER, start);
	}

	private void killWhileUploading(List<Moment> moments) throws Exception {
		start();
		this.child.sync();
		for (Moment moment : moments) {
			this.child.call(1 + this.random.nextInt(10));
			pass(Duration.ofSeconds(this.random.nextInt(120)));
			killAndStart(moment, Route.SYNC);
			assertConverged();
		}
		stop();
	}

	private void killWhileRefreshing(List<Moment> moments) throws Exception {
		start();
		this.child.sync();
		for (Moment moment : moments) {
			this.child.call(this.random.nextInt(5));
			SimulatedBundle bundle = current();
			pass(Duration.between(this.clock.instant(), bundle.offlineExpiresAt().minus(LIFE.dividedBy(7))));
			killAndStart(moment, Route.REFRESH);
			assertConverged();
			assertThat(current().id()).isEqualTo(bundle.id());
			assertThat(current().offlineExpiresAt()).isAfter(bundle.offlineExpiresAt());
		}
		stop();
	}

	/**
	 * The first time where there is no bundle yet, then where one has ended.
	 */
	private void killWhileIssuing(List<Moment> moments) throws Exception {
		start();
		for (Moment moment : moments) {
			killAndStartWithoutACall(moment, Route.CREATE);
			syncUntilQuiet();
			this.child.call(1 + this.random.nextInt(5));
			assertConverged();
			this.child.call(this.random.nextInt(3));
			pass(LIFE);
		}
		stop();
	}

	private void killWhileDraining(List<Moment> moments) throws Exception {
		start();
		this.child.sync();
		for (Moment moment : moments) {
			this.child.call(1 + this.random.nextInt(5));
			SimulatedBundle former = current();
			pass(LIFE);
			this.simulator.faults().respond(Route.SYNC, 429, "{}", Map.of("retry-after", "1"), 1);
			assertThat(this.child.sync().issued()).isTrue();
			assertThat(this.chains.retiredBundles()).hasSize(1);
			pass(Duration.ofMinutes(1));
			this.child.call(this.random.nextInt(3));
			killAndStart(moment, Route.SYNC);
			assertConverged();
			assertThat(this.chains.retiredBundles()).isEmpty();
			assertSameChains(former);
		}
		stop();
	}

	private void killWhileLearningOfARevocation(int times) throws Exception {
		for (int i = 0; i < times; i++) {
			this.agentId = this.simulator.customer().registerAgent("agent", "read:sensor", "move:actuator").id();
			this.chains = new StoredChains(Files.createDirectory(this.directory.resolve("device-" + i)));
			start();
			this.child.sync();
			this.child.call(1 + this.random.nextInt(5));
			SimulatedBundle bundle = current();
			this.simulator.revokeBundle(bundle.id(), this.random.nextBoolean());
			killAndStartWithoutACall(Moment.AFTER_ANSWER, Route.STATUS);
			assertThat(this.child.sync().revoked()).isTrue();
			assertThat(this.child.denial()).isEqualTo("REVOKED");
			assertSameChains(bundle);
			this.child.kill();
			start();
			assertThat(this.child.denial()).isEqualTo("REVOKED");
			assertThat(this.child.sync().issued()).isFalse();
			stop();
		}
	}

	private void killAndStart(Moment moment, Route route) throws Exception {
		killAndStart(moment, route, 1 + this.random.nextInt(3));
	}

	private void killAndStartWithoutACall(Moment moment, Route route) throws Exception {
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

	private void assertConverged() throws Exception {
		syncUntilQuiet();
		assertThat(this.child.denial()).isEqualTo("null");
		assertThat(this.child.isRefreshPending()).isFalse();
		assertSameChains(current());
		assertThat(this.child.ask("verify")).isEqualTo("valid " + current().auditEntryCount());
	}

	private void assertSameChains(SimulatedBundle bundle) throws IOException {
		assertThat(this.simulator.auditHashes(bundle.id())).isEqualTo(this.chains.hashes(bundle.grantId()));
	}

	private void syncUntilQuiet() throws Exception {
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
	private SimulatedBundle current() throws Exception {
		return this.simulator.bundle(this.child.bundleId()).orElseThrow();
	}

	private void pass(Duration time) throws Exception {
		Instant now = this.clock.instant().plus(time);
		this.clock.set(now);
		this.child.clock(now);
	}

	private static List<Moment> everyMoment(int times) {
		return Collections.nCopies(times, Arrays.asList(Moment.values())).stream().flatMap(List::stream).toList();
	}

	/**
	 * Switches the device on, in a process that was started in advance: that takes far
	 * longer than all that is done with it.
	 */
	private void start() throws Exception {
		this.child = (this.spare != null) ? this.spare : startProcess();
		this.spare = startProcess();
		this.child.open(this.chains, this.agentId, this.clock.instant(), Durability.FSYNC);
	}

	private ChildDevice startProcess() throws IOException {
		return closeAfterTest(ChildDevice.start(ChildJvm.SHORT_LIVED, this.simulator));
	}

	private void stop() throws Exception {
		assertThat(this.child.ask("close")).isEqualTo("closed");
		this.child.close();
	}

	private void report(String what, Moment moment, long start) {
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
