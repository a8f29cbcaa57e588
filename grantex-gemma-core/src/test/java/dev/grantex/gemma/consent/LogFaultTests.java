package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.audit.AuditLogException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A call whose outcome could not be recorded does not run.
 */
@ExtendWith(OutputCaptureExtension.class)
class LogFaultTests extends ServiceFixture {

	@ParameterizedTest
	@ValueSource(strings = { AuditLogException.LOG_UNWRITABLE, AuditLogException.LOG_CORRUPTED,
			AuditLogException.LOG_TRUNCATED, AuditLogException.LOG_LOCKED, AuditLogException.LOG_UNSAFE,
			AuditLogException.LOG_FULL, AuditLogException.KEY_UNUSABLE, AuditLogException.BUNDLE_UNUSABLE })
	void faultOfTheLogIsTheDenialsReason(String fault) {
		Device device = device();
		device.logFault(fault);
		device.restart();
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> device.call("tool:read"))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(fault));
		assertThat(device.consent().bundle()).isPresent();
	}

	@Test
	void theFileThatIsNotSafeIsNamedInTheApplicationsLog(CapturedOutput output) throws IOException {
		Device device = device();
		device.calls(1);
		device.close();
		Files.setPosixFilePermissions(device.logFile(), PosixFilePermissions.fromString("rw-rw-rw-"));
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_UNSAFE);
		assertThat(output).containsOnlyOnce("The file audit.jsonl may be written by others");
		assertThat(DenialReason.LOG_UNSAFE.remedy()).contains("chmod", "chown");
	}

	@Test
	void unknownFaultOfTheLogDeniesToo() {
		assertThat(StateTable.denialByLogFault("something_new")).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThat(StateTable.denialByLogFault(AuditLogException.LOG_CLOSED)).isEqualTo(DenialReason.NOT_RUNNING);
	}

	@Test
	void secondDeviceOnTheSameFilesIsDenied() {
		Device first = device();
		Device second = emptyDevice();
		assertThat(second.denial()).isEqualTo(DenialReason.LOG_HELD);
		assertThat(first.denial()).isNull();
	}

	@Test
	void callsRunAgainOnceTheLogCanBeOpened() {
		Device first = device();
		Device second = emptyDevice();
		assertThat(second.denial()).isEqualTo(DenialReason.LOG_HELD);
		first.close();
		this.clock.advance(Duration.ofSeconds(10));
		assertThat(second.denial()).isNull();
		assertThat(second.call("tool:read").seq()).isEqualTo(1);
	}

	@Test
	void logThatDoesNotOpenIsNotTriedAtEveryCall() {
		Device device = device();
		device.logFault(AuditLogException.LOG_UNWRITABLE);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		device.logFault(null);
		this.clock.advance(Duration.ofSeconds(9));
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(device.denial()).isNull();
	}

	@Test
	void brokenLogIsFoundAtStart() throws IOException {
		Device device = device();
		device.calls(3);
		device.close();
		String log = Files.readString(device.logFile());
		Files.writeString(device.logFile(), log.substring(0, log.length() - 20) + "00000000000000000\"}\n");
		byte[] damaged = Files.readAllBytes(device.logFile());
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
		assertThat(Files.readAllBytes(device.logFile())).isEqualTo(damaged);
	}

	@Test
	void strangersBytesInTheRunningLogHaltCalls() throws IOException {
		Device device = device();
		device.calls(1);
		Files.writeString(device.logFile(), "{}\n", StandardOpenOption.APPEND);
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> device.call("tool:read"));
		assertThat(device.denial()).isNotNull().satisfies((denial) -> assertThat(denial.isLogFault()).isTrue());
	}

	@Test
	void reopeningAnOpenOrStoppedConsentDoesNothing() {
		Device device = device();
		device.consent().reopen();
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
		device.close();
		device.consent().reopen();
		assertThat(device.denial()).isEqualTo(DenialReason.NOT_RUNNING);
	}

}
