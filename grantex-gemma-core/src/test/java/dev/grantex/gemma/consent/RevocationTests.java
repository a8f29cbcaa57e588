package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.file.FileUnavailableException;
import dev.grantex.gemma.bundle.Revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A withdrawn consent halts every call, whatever else fails.
 */
class RevocationTests extends ServiceFixture {

	private static final Revocation REVOCATION = new Revocation(TestClock.START, true);

	@TempDir
	private Path copies;

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
		device.consent().auditKey().refresh(refreshed);
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
	void isInTheSealAlthoughTheBundleCannotBeStored() {
		Device device = device();
		device.repository().failSaves(1);
		assertThatExceptionOfType(FileUnavailableException.class).isThrownBy(() -> device.consent().revoke(REVOCATION));
		Device killed = closeAfterTest(new Device(Copies.of(this.directory, this.copies), this.clock, this.request));
		assertThat(killed.open().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@ParameterizedTest
	@EnumSource
	void isNotedInTheSealLaterIfThatFailedAtFirst(Later later) throws IOException {
		Device device = device();
		byte[] older = Files.readAllBytes(device.bundleFile());
		Path seal = this.directory.resolve("audit.seal");
		Files.setPosixFilePermissions(seal, PosixFilePermissions.fromString("rw-rw-rw-"));
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> device.consent().revoke(REVOCATION));
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.repository().load().orElseThrow().state().revocation()).isEqualTo(REVOCATION);
		Files.setPosixFilePermissions(seal, PosixFilePermissions.fromString("rw-------"));
		later.happens(device);
		device.close();
		Files.write(device.bundleFile(), older);
		assertThat(device.restart().denial()).isEqualTo(DenialReason.REVOKED);
	}

	private enum Later {

		SAID_AGAIN {
			@Override
			void happens(Device device) {
				device.consent().revoke(REVOCATION);
			}
		},

		STOPPED {
			@Override
			void happens(Device device) {
				device.close();
			}
		},

		STARTED {
			@Override
			void happens(Device device) {
				device.restart();
			}
		};

		abstract void happens(Device device);

	}

	@Test
	void learnedBeforeTheLogOpenedIsNotedInTheSealWhenItDoes() throws IOException {
		Device device = device();
		byte[] older = Files.readAllBytes(device.bundleFile());
		device.logFault(AuditLogException.LOG_UNWRITABLE);
		device.restart();
		device.consent().revoke(REVOCATION);
		device.logFault(null);
		device.consent().reopen();
		device.close();
		Files.write(device.bundleFile(), older);
		assertThat(device.restart().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void learnedAfterTheStopIsInBothPlaces() throws IOException {
		Device device = device();
		byte[] older = Files.readAllBytes(device.bundleFile());
		device.close();
		device.consent().revoke(REVOCATION);
		assertThat(device.repository().load().orElseThrow().state().revocation()).isEqualTo(REVOCATION);
		Files.write(device.bundleFile(), older);
		assertThat(device.restart().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void learnedAfterTheStopIsRetriedWhereItFailed() {
		Device device = device();
		device.close();
		device.logFault(AuditLogException.LOG_UNWRITABLE);
		device.repository().failSaves(1);
		assertThatExceptionOfType(GrantexGemmaException.class).isThrownBy(() -> device.consent().revoke(REVOCATION));
		device.logFault(null);
		device.consent().revoke(REVOCATION);
		assertThat(device.repository().load().orElseThrow().state().revocation()).isEqualTo(REVOCATION);
		try (OfflineAuditLog log = device.auditLog(device.bundle()).open()) {
			assertThat(log.sealed().isRevoked()).isTrue();
		}
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
