package dev.grantex.gemma.sync;

import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import dev.grantex.simulator.Route;
import dev.grantex.simulator.SimulatedBundle;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.audit.Endurance;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for devices that are killed in the middle of a cycle.
 */
class KilledDeviceTests extends KilledDeviceFixture {

	@Test
	void uploadGoesOn() throws Exception {
		killWhileUploading(everyMoment(1));
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
		killWhileRefreshing(everyMoment(1));
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
		killWhileIssuing(List.of(Moment.AFTER_COMMIT, Moment.AFTER_ANSWER));
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
		killWhileDraining(List.of(Moment.AFTER_COMMIT, Moment.AFTER_ANSWER));
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
			assertThat(retiredBundles()).hasSize(1);
			pass(Duration.ofMinutes(1));
			this.child.call(this.random.nextInt(3));
			killAndStart(moment, Route.SYNC);
			assertConverged();
			assertThat(retiredBundles()).isEmpty();
			assertSameChains(former);
		}
		stop();
	}

	private void killWhileLearningOfARevocation(int times) throws Exception {
		for (int i = 0; i < times; i++) {
			use(this.simulator.customer().registerAgent("agent", "read:sensor", "move:actuator").id(),
					Files.createDirectory(this.directory.resolve("device-" + i)));
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

}
