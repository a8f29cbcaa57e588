package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.disk.CrashState;
import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * New bundles that did not quite get into the place of the old one.
 */
class InterruptedReplacementTests extends ServiceFixture {

	private static final Set<String> MIXTURES = Set.of("nothing unforced", "everything");

	@TempDir
	private Path survivors;

	@Test
	void eitherBundleIsCurrentAndNoEntryIsLostWhereverItStopped() throws IOException {
		try (Device before = device()) {
			before.calls(3);
		}
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		String former = device.bundle().bundleId();
		int start = disk.operationCount();
		device.consent().replace(issue(), this.request);
		int end = disk.operationCount();
		List<String> current = new ArrayList<>();
		for (CrashState state : states(disk.crashStates(1), start, end)) {
			current.add(goesOn(state, former) ? "former" : "new");
		}
		assertThat(current).startsWith("former").endsWith("new").hasSizeGreaterThan(10);
	}

	/**
	 * Whether it goes on with the former bundle.
	 */
	private boolean goesOn(CrashState state, String former) throws IOException {
		Path root = Files.createDirectory(this.survivors.resolve("disk"));
		state.image().writeTo(root);
		boolean isFormer;
		Path unforced = RecordingFileSystem.unforced(root).root();
		try (Device device = new Device(unforced, this.clock, this.request).open()) {
			isFormer = device.bundle().bundleId().equals(former);
			long next = isFormer ? 4 : 1;
			assertThat(device.denial()).as("%s", state).isNull();
			assertThat(device.call("tool:next").seq()).as("%s", state).isEqualTo(next);
			if (!isFormer) {
				assertDelivers(device, former);
			}
			device.consent().replace(issue(), this.request);
			assertThat(device.call("tool:other").seq()).isEqualTo(1);
			assertDelivers(device, former);
			assertThat(device.restart().call("tool:last").seq()).isEqualTo(2);
			assertThat(device.verifyChain().valid()).isTrue();
		}
		FileSystemUtils.deleteRecursively(root);
		return isFormer;
	}

	private static void assertDelivers(Device device, String former) {
		ConsentBundle retired = device.repository()
			.loadRetired()
			.stream()
			.filter((bundle) -> bundle.bundleId().equals(former))
			.findFirst()
			.orElseThrow();
		try (OfflineAuditLog log = device.openRetired(retired); Stream<SignedAuditEntry> entries = log.read(1)) {
			assertThat(entries.map(log::resign).limit(3)).extracting(SignedAuditEntry::seq).containsExactly(1L, 2L, 3L);
		}
	}

	private static List<CrashState> states(CrashStates states, int start, int end) {
		return IntStream.rangeClosed(start, end)
			.mapToObj(states::after)
			.flatMap(Collection::stream)
			.filter((state) -> MIXTURES.contains(state.mixture()))
			.toList();
	}

	@Test
	void formerStaysWhenTheNewLogCannotBeBegun() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		device.consent().replace(issue(), this.request);
		ConsentBundle former = device.bundle();
		ConsentBundle issued = issue();
		disk.faults().full(0);
		assertThatExceptionOfType(AuditLogException.class)
			.isThrownBy(() -> device.consent().replace(issued, this.request))
			.returns(AuditLogException.LOG_UNWRITABLE, AuditLogException::reason);
		assertThat(device.bundle()).isEqualTo(former);
		disk.faults().clear();
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
		assertThat(device.repository().loadRetired()).isEmpty();
		device.consent().replace(issued, this.request);
		assertThat(device.bundle().bundleId()).isEqualTo(issued.bundleId());
	}

	@Test
	void withoutAFormerOneTheLogIsWhatStandsInTheWay() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		ConsentBundle issued = issue();
		disk.faults().readOnly();
		assertThatExceptionOfType(AuditLogException.class)
			.isThrownBy(() -> device.consent().replace(issued, this.request));
		assertThat(device.consent().status().denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThat(device.consent().bundle()).isEmpty();
		assertThat(this.directory).isEmptyDirectory();
		disk.faults().clear();
		device.consent().replace(issued, this.request);
		assertThat(device.denial()).isNull();
	}

	@Test
	void bundleThatWasPutThereIsEnteredAlthoughTheLogStoodInTheWay() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		ConsentBundle issued = issue();
		disk.faults().full(0);
		assertThatExceptionOfType(AuditLogException.class)
			.isThrownBy(() -> device.consent().replace(issued, this.request));
		disk.faults().clear();
		device.repository().save(issued);
		assertThat(device.denial()).isNull();
	}

}
