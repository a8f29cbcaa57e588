package dev.grantex.gemma.consent;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.disk.DiskFaults;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Named.named;

/**
 * No call runs while the disk fails, and calls run again as soon as it works.
 */
class FailingDiskCallsTests extends ServiceFixture {

	static Stream<Named<Consumer<DiskFaults>>> faults() {
		return Stream.of(named("full", (disk) -> disk.full(100)), named("failing to force", DiskFaults::failForces),
				named("read-only", DiskFaults::readOnly));
	}

	@ParameterizedTest
	@MethodSource("faults")
	void callsAreDeniedUntilTheDiskWorksAgain(Consumer<DiskFaults> fault) throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		device.consent().replace(issue(), this.request);
		device.calls(2);
		fault.accept(disk.faults());
		assertThatExceptionOfType(AuditLogException.class).isThrownBy(() -> device.call("tool:interrupted"));
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> device.call("tool:denied"));
		disk.faults().clear();
		assertThat(device.denial()).isNull();
		device.call("tool:again");
		assertThat(device.allLines()).anyMatch((line) -> line.contains("tool:interrupted"))
			.noneMatch((line) -> line.contains("tool:denied"));
		assertThat(device.verifyChain().valid()).isTrue();
	}

}
