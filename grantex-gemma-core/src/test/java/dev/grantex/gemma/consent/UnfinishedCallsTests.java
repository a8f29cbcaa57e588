package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.audit.Durability;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls that are recorded before they are made.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnfinishedCallsTests extends ServiceFixture {

	@ParameterizedTest
	@EnumSource(Durability.class)
	void callThatWasCutOffIsReportedAtTheNextStartAndOnlyThen(Durability durability, CapturedOutput output)
			throws IOException {
		Device device = device().durability(durability).restart();
		device.calls(1);
		try (CallDecision decision = device.consent().decide()) {
			decision.recordIntent("tool:alert", decision.grant(), Map.of());
			Device next = killed();
			assertThat(next.consent().status().audit().unfinished()).containsExactly(2L);
			assertThat(output).containsOnlyOnce("The last process ended during calls that it had begun");
			next.restart();
			assertThat(next.consent().status().audit().unfinished()).isEmpty();
			assertThat(output).containsOnlyOnce("The last process ended during calls that it had begun");
			decision.recordOutcome("tool:alert", decision.grant(), "success", Map.of());
		}
		device.restart();
		assertThat(device.consent().status().audit().unfinished()).isEmpty();
	}

	@Test
	void outcomeNamesTheIntentOfItsOwnCall() {
		Device device = device();
		try (CallDecision first = device.consent().decide(); CallDecision second = device.consent().decide()) {
			first.recordIntent("tool:a", first.grant(), Map.of());
			second.recordIntent("tool:a", second.grant(), Map.of());
			assertThat(second.recordOutcome("tool:a", second.grant(), "success", Map.of()).metadata())
				.containsEntry("intent", 2L);
			assertThat(first.recordOutcome("tool:a", first.grant(), "success", Map.of()).metadata())
				.containsEntry("intent", 1L);
		}
		assertThat(device.call("tool:b", Map.of("intent", 1)).metadata()).doesNotContainKey("intent");
	}

	@Test
	void intentThatCannotBeWrittenDeniesTheCallForTheLogsReason() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		device.consent().replace(issue(), this.request);
		device.durability(Durability.OS).restart();
		try (CallDecision decision = device.consent().decide()) {
			disk.faults().failForces();
			assertThatExceptionOfType(CallDeniedException.class)
				.isThrownBy(() -> decision.recordIntent("tool:a", decision.grant(), Map.of()))
				.withNoCause()
				.withMessage(DenialReason.LOG_UNWRITABLE.message())
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("log_unwritable"));
		}
		disk.faults().clear();
		device.call("tool:b");
		assertThat(device.log().headSequence()).isEqualTo(1);
	}

	@Test
	void intentInAFullLogDeniesTheCallForThatReason() {
		Device device = device();
		DeviceConsent full = closeAfterTest(DeviceConsent
			.builder(device.repository(), (bundle) -> device.auditLog(bundle).rotateOnSize(false).maxSize(2_000))
			.request(this.request)
			.clock(this.clock)
			.build());
		device.close();
		full.open();
		try (CallDecision decision = full.decide()) {
			decision.recordOutcome("tool:first", decision.grant(), "success", Map.of());
		}
		try (CallDecision decision = full.decide()) {
			assertThat(decision.denial()).isNull();
			assertThatExceptionOfType(CallDeniedException.class)
				.isThrownBy(() -> decision.recordIntent("tool:a", decision.grant(), Map.of("text", "x".repeat(3_000))))
				.satisfies((ex) -> assertThat(ex.reason()).isEqualTo("log_full"));
		}
	}

	/**
	 * What a device finds that lost power now.
	 */
	private Device killed() throws IOException {
		Path copy = Files.createDirectory(this.directory.resolve("copy"));
		try (Stream<Path> files = Files.list(this.directory)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
			}
		}
		return closeAfterTest(new Device(copy, this.clock, this.request)).open();
	}

}
