package dev.grantex.gemma.consent;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.jspecify.annotations.Nullable;

import dev.grantex.gemma.audit.SealPace;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a device knows of the time after it was switched off, or lost its power.
 */
class ClockAcrossRestartsTests extends ServiceFixture {

	private static final Instant TOMORROW = TestClock.START.plus(Duration.ofHours(24));

	@TempDir
	private Path copies;

	/**
	 * How a device ends.
	 */
	private enum End {

		SWITCHED_OFF {
			@Override
			Device next(ClockAcrossRestartsTests test, Device device, Instant boot, @Nullable DenialReason expected) {
				device.close();
				test.clock.set(boot);
				return test.openedCopy();
			}
		},

		KILLED {
			/**
			 * The floor is sealed a little after it was observed, so the power is cut
			 * again until it was.
			 */
			@Override
			Device next(ClockAcrossRestartsTests test, Device device, Instant boot, @Nullable DenialReason expected) {
				AtomicReference<Device> next = new AtomicReference<>();
				test.clock.set(boot);
				Awaitility.await().until(() -> {
					next.set(test.openedCopy());
					return next.get().denial() == expected;
				});
				return next.get();
			}
		};

		/**
		 * The device after it was started again.
		 * @param boot what its clock shows then
		 * @param expected why calls are denied as soon as what was observed is durable
		 */
		abstract Device next(ClockAcrossRestartsTests test, Device device, Instant boot,
				@Nullable DenialReason expected);

	}

	@ParameterizedTest
	@EnumSource
	void bootInThePastLatchesNothing(End end) {
		Device device = device();
		this.clock.advance(Duration.ofHours(1));
		device.call("tool:read");
		Device past = end.next(this, device, Instant.EPOCH, DenialReason.CLOCK_ROLLBACK);
		assertThat(past.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		SignedAuditEntry denied = deny(past, DenialReason.CLOCK_ROLLBACK);
		assertThat(denied.timestamp()).isEqualTo("1970-01-01T00:00:00.000Z");
		this.clock.set(TestClock.START.plus(Duration.ofHours(2)));
		assertThat(past.call("tool:read").seq()).isEqualTo(3);
		assertThat(past.verifyChain().valid()).isTrue();
	}

	@ParameterizedTest
	@EnumSource
	void rollbackIsRememberedThoughNothingWasRecorded(End end) {
		Device device = device();
		this.clock.set(TOMORROW);
		assertThat(device.denial()).isNull();
		Device next = end.next(this, device, TOMORROW.minusSeconds(3600), DenialReason.CLOCK_ROLLBACK);
		assertThat(next.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		this.clock.set(TOMORROW);
		assertThat(next.denial()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void rollbackAfterExpiryStaysARollback(End end) {
		Device device = device();
		this.clock.set(device.bundle().offlineExpiresAt().plusSeconds(1));
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		Device next = end.next(this, device, TOMORROW, DenialReason.CLOCK_ROLLBACK);
		assertThat(next.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		assertThat(next.consent().verifier()).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void clockThatWasTenYearsAheadIsForgivenByTheService(End end) {
		Device device = device();
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		Device next = end.next(this, device, TOMORROW, DenialReason.CLOCK_ROLLBACK);
		assertThat(next.denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
		next.consent().serviceTime().believe(TOMORROW);
		assertThat(next.denial()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void whatTheServiceForgaveStaysForgiven(End end) {
		Device device = device();
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		device.restart();
		this.clock.set(TOMORROW);
		device.consent().serviceTime().believe(TOMORROW);
		assertThat(end.next(this, device, TOMORROW, null).denial()).isNull();
	}

	@ParameterizedTest
	@EnumSource
	void clockThatWasTenYearsAheadDoesNotLockOutTheNextBundle(End end) {
		Device device = device();
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		Device next = end.next(this, device, TOMORROW, DenialReason.CLOCK_ROLLBACK);
		ConsentBundle issued = issue();
		next.consent().replace(issued, this.request);
		assertThat(next.call("tool:read").seq()).isEqualTo(1);
		assertThat(next.restart().denial()).isNull();
		assertThat(next.consent().status().clockFloor()).isBefore(issued.offlineExpiresAt());
	}

	@ParameterizedTest
	@EnumSource
	void refreshStartsTheFloorAgain(End end) {
		Device device = device();
		this.clock.advance(Duration.ofDays(3650));
		assertThat(device.denial()).isEqualTo(DenialReason.EXPIRED);
		this.clock.set(TOMORROW);
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		assertThat(device.denial()).isNull();
		assertThat(end.next(this, device, TOMORROW, null).denial()).isNull();
	}

	@Test
	void bootIsAMomentThatHasBeen() {
		Device device = device();
		this.clock.set(TOMORROW);
		device.restart();
		device.close();
		this.clock.set(TestClock.START.plusSeconds(3600));
		assertThat(openedCopy().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

	@Test
	void observedWhileCallsAreDeniedForAnotherReason() {
		Device device = device();
		device.request(request(List.of("alert"))).restart();
		this.clock.set(TOMORROW);
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_MISMATCH);
		this.clock.set(TestClock.START.plusSeconds(3600));
		assertThat(device.request(this.request).restart().denial()).isEqualTo(DenialReason.CLOCK_ROLLBACK);
	}

	@Test
	void watchingAnIdleDeviceWritesNothing() {
		Device device = device();
		device.restart();
		Map<String, String> before = Copies.contents(this.directory);
		Instant floor = device.consent().status().clockFloor();
		for (int i = 0; i < 100; i++) {
			this.clock.advance(Duration.ofSeconds(10));
			device.consent().status();
			device.consent().verifier();
		}
		assertThat(device.consent().status().clockFloor()).isEqualTo(floor);
		assertThat(Copies.contents(this.directory)).isEqualTo(before);
	}

	/**
	 * A device whose clock floor is sealed by itself.
	 */
	@Override
	protected Device emptyDevice() {
		return closeAfterTest(new Device(this.directory, this.clock, this.request))
			.logs((log) -> SealPace.set(log, Duration.ofMillis(100)))
			.open();
	}

	private Device openedCopy() {
		return closeAfterTest(new Device(Copies.of(this.directory, this.copies), this.clock, this.request)).open();
	}

	private static SignedAuditEntry deny(Device device, DenialReason reason) {
		try (CallDecision decision = device.consent().decide()) {
			assertThat(decision.isRecordable()).isTrue();
			decision.recordDenial("tool:read", decision.grant(), Map.of("reason", reason.code()), Map.of());
		}
		try (Stream<SignedAuditEntry> entries = device.log().read(device.log().headSequence())) {
			return entries.findFirst().orElseThrow();
		}
	}

}
