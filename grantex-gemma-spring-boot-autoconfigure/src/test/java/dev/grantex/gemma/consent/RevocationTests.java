package dev.grantex.gemma.consent;

import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.FileUnavailableException;
import dev.grantex.gemma.bundle.Revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A withdrawn consent halts every call, whatever else fails.
 */
class RevocationTests extends ServiceFixture {

	private static final Revocation REVOCATION = new Revocation(TestClock.START, true);

	@Test
	void haltsCallsAndRecordsNoneAnyMore() {
		Device device = device();
		device.consent().revoke(REVOCATION);
		try (CallDecision decision = device.consent().decide()) {
			assertThat(decision.denial()).isEqualTo(DenialReason.REVOKED);
			assertThat(decision.isRecordable()).isFalse();
		}
		assertThat(device.consent().verifier()).isEmpty();
		assertThat(device.consent().status().revocation()).isEqualTo(REVOCATION);
	}

	@Test
	void outlivesARestart() {
		Device device = device();
		device.consent().revoke(REVOCATION);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.consent().status().revocation()).isEqualTo(REVOCATION);
	}

	@Test
	void callUnderWayFinishesAndIsRecorded() {
		Device device = device();
		try (CallDecision decision = device.consent().decide()) {
			device.consent().revoke(REVOCATION);
			assertThat(decision.recordOutcome("tool:late", decision.grant(), "success", Map.of()).seq()).isEqualTo(1);
		}
	}

	@Test
	void takesEffectAlthoughItCannotBeStored() {
		Device device = device();
		device.repository().failSaves(1);
		assertThatExceptionOfType(FileUnavailableException.class).isThrownBy(() -> device.consent().revoke(REVOCATION));
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void isStoredWhenItIsSaidAgain() {
		Device device = device();
		device.repository().failSaves(1);
		assertThatExceptionOfType(FileUnavailableException.class).isThrownBy(() -> device.consent().revoke(REVOCATION));
		device.consent().revoke(new Revocation(TestClock.START.plusSeconds(9), false));
		device.restart();
		assertThat(device.consent().status().revocation()).isEqualTo(REVOCATION);
	}

	@Test
	void isStoredAtTheLatestWhenTheDeviceStops() {
		Device device = device();
		device.repository().failSaves(1);
		assertThatExceptionOfType(FileUnavailableException.class).isThrownBy(() -> device.consent().revoke(REVOCATION));
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void isNotForgottenBetweenStopAndStart() {
		Device device = device();
		device.repository().failSaves(2);
		assertThatExceptionOfType(FileUnavailableException.class).isThrownBy(() -> device.consent().revoke(REVOCATION));
		device.consent().close();
		device.consent().open();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		device.consent().revoke(REVOCATION);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void isNotWrittenAgainOnceItIsStored() {
		Device device = device();
		device.consent().revoke(REVOCATION);
		int saves = device.repository().saves();
		device.consent().revoke(REVOCATION);
		assertThat(device.repository().saves()).isEqualTo(saves);
	}

	@Test
	void reachesABundleWhoseLogDoesNotOpen() {
		Device device = device();
		device.logFault(AuditLogException.LOG_CORRUPTED);
		device.restart();
		device.consent().revoke(REVOCATION);
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		device.logFault(null);
		device.consent().reopen();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.consent().log()).isPresent();
	}

	@Test
	void deletingTheFileWhileRunningUndoesNothing() {
		Device device = device();
		device.logFault(AuditLogException.LOG_UNWRITABLE);
		device.restart();
		device.consent().revoke(REVOCATION);
		device.repository().delete();
		device.consent().reopen();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void refreshDoesNotUndoIt() {
		Device device = device();
		var refreshed = this.client.refresh(device.bundle().bundleId());
		device.consent().revoke(REVOCATION);
		device.consent().refresh(refreshed);
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void isNothingWithoutABundle() {
		Device device = emptyDevice();
		device.consent().revoke(REVOCATION);
		assertThat(device.denial()).isEqualTo(DenialReason.NO_BUNDLE);
	}

	@Test
	void learnedWhileStoppingStaysAStop() {
		Device device = device();
		device.close();
		device.consent().revoke(REVOCATION);
		assertThat(device.denial()).isEqualTo(DenialReason.NOT_RUNNING);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
	}

}
