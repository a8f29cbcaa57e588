package dev.grantex.gemma.sync;

import java.nio.file.Files;
import java.time.Duration;
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
	void lifeGoesOnAfterAKillInEachKindOfStep() throws Exception {
		start();
		issue(Moment.AFTER_COMMIT);
		upload(Moment.AFTER_ANSWER);
		refresh(Moment.AFTER_COMMIT);
		drain(Moment.REQUEST_IS_LATE);
		learnOfARevocation();
		stop();
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void uploadGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		start();
		this.child.sync();
		for (int i = 0; i < OFTEN; i++) {
			upload(moment);
		}
		stop();
		report("upload", moment, start);
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void refreshGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		start();
		this.child.sync();
		for (int i = 0; i < OFTEN; i++) {
			refresh(moment);
		}
		stop();
		report("refresh", moment, start);
	}

	/**
	 * The first time where there is no bundle yet, then where one has ended.
	 */
	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void issueGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		start();
		for (int i = 0; i < OFTEN; i++) {
			issue(moment);
			this.child.call(this.random.nextInt(3));
			pass(LIFE);
		}
		stop();
		report("issue of a bundle", moment, start);
	}

	@Tag("endurance")
	@ParameterizedTest
	@EnumSource
	void drainingAReplacedBundleGoesOnEachOfManyTimes(Moment moment) throws Exception {
		long start = System.nanoTime();
		start();
		this.child.sync();
		for (int i = 0; i < OFTEN; i++) {
			drain(moment);
		}
		stop();
		report("draining of a replaced bundle", moment, start);
	}

	@Tag("endurance")
	@Test
	void revocationIsLearnedOfAgainEachOfManyTimes() throws Exception {
		long start = System.nanoTime();
		for (int i = 0; i < OFTEN; i++) {
			use(this.simulator.customer().registerAgent("agent", "read:sensor", "move:actuator").id(),
					Files.createDirectory(this.directory.resolve("device-" + i)));
			start();
			this.child.sync();
			learnOfARevocation();
			this.child.kill();
			start();
			assertThat(this.child.denial()).isEqualTo("REVOKED");
			assertThat(this.child.sync().issued()).isFalse();
			stop();
		}
		report("answer that tells of a revocation", Moment.AFTER_ANSWER, start);
	}

	private void upload(Moment moment) throws Exception {
		this.child.call(1 + this.random.nextInt(10));
		pass(Duration.ofSeconds(this.random.nextInt(120)));
		killAndStart(moment, Route.SYNC);
		assertConverged();
	}

	private void refresh(Moment moment) throws Exception {
		this.child.call(this.random.nextInt(5));
		SimulatedBundle bundle = current();
		pass(Duration.between(this.clock.instant(), bundle.offlineExpiresAt().minus(LIFE.dividedBy(7))));
		killAndStart(moment, Route.REFRESH);
		assertConverged();
		assertThat(current().id()).isEqualTo(bundle.id());
		assertThat(current().offlineExpiresAt()).isAfter(bundle.offlineExpiresAt());
	}

	private void issue(Moment moment) throws Exception {
		killAndStartWithoutACall(moment, Route.CREATE);
		syncUntilQuiet();
		this.child.call(1 + this.random.nextInt(5));
		assertConverged();
	}

	private void drain(Moment moment) throws Exception {
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

	private void learnOfARevocation() throws Exception {
		this.child.call(1 + this.random.nextInt(5));
		SimulatedBundle bundle = current();
		this.simulator.revokeBundle(bundle.id(), this.random.nextBoolean());
		killAndStartWithoutACall(Moment.AFTER_ANSWER, Route.STATUS);
		assertThat(this.child.sync().revoked()).isTrue();
		assertThat(this.child.denial()).isEqualTo("REVOKED");
		assertSameChains(bundle);
	}

}
