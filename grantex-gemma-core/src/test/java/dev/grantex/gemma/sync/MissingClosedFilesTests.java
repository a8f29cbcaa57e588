package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What becomes of a device from which somebody takes closed files of the log with
 * evidence that the service does not have.
 */
class MissingClosedFilesTests extends ChainFixture {

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theCycleThatFindsItDeniesCallsUntilTheFileIsBack(boolean online) throws IOException {
		SyncDevice device = filled();
		Path elsewhere = takeAway(closedFiles().get(1));
		if (!online) {
			this.simulator.faults().unreachable();
		}
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isFalse();
		assertThat(result.problems()).filteredOn((problem) -> problem.code().equals("log_missing"))
			.singleElement()
			.satisfies((problem) -> assertThat(problem.remedy()).contains("Put the missing file of the log")
				.doesNotContain("free space"));
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_MISSING);
		assertThat(device.device().consent().status().denial()).isEqualTo(DenialReason.LOG_MISSING);
		this.simulator.faults().clear();
		putBack(elsewhere);
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aCycleWhileAnOlderCopyLiesInThePlaceOfTheOpenLogCondemnsNothing(boolean restarted) throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(3);
		Path log = this.directory.resolve("audit.jsonl");
		Path older = Files.copy(log, this.directory.resolve("older"), StandardCopyOption.COPY_ATTRIBUTES);
		device.device().calls(3);
		List<String> hashes = hashes(device);
		Files.move(older, log, StandardCopyOption.ATOMIC_MOVE);
		device.sync();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_DISPLACED);
		if (restarted) {
			device.restart();
			assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_TRUNCATED);
			Files.move(this.directory.resolve("audit.jsonl.open-1"), log, StandardCopyOption.ATOMIC_MOVE);
			device.restart();
		}
		else {
			Files.move(log, older);
		}
		assertThat(device.device().denial()).isNull();
		device.sync();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes);
		assertThat(device.events(ChainStranded.class)).isEmpty();
	}

	@Test
	void aCycleThatFindsThatOthersMayWriteTheLogDeniesCallsUntilItIsPutRight() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		Path log = this.directory.resolve("audit.jsonl");
		Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
		assertThat(device.sync().problems()).extracting(SyncProblem::code).contains("log_unsafe");
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_UNSAFE);
		assertThat(device.device().consent().status().remedy()).contains(log.toString(), "chmod 600");
		Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-------"));
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void whatComesBeforeItIsDelivered() throws IOException {
		SyncDevice device = filled();
		takeAway(closedFiles().get(1));
		long before = device.sync().accepted();
		assertThat(before).isPositive();
		assertThat(device.sync().accepted()).isZero();
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_MISSING);
	}

	@Test
	void itIsDeniedAfterARestartToo() throws IOException {
		SyncDevice device = filled();
		Path elsewhere = takeAway(closedFiles().get(1));
		device.sync();
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_MISSING);
		putBack(elsewhere);
		device.restart();
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void aFormerChainsIsNamedAndDeniesNothing() throws IOException {
		SyncDevice device = filled();
		String former = bundleId(device);
		// Opened by a cycle that could not deliver anything.
		device.device().consent().replace(issue(), this.request);
		this.simulator.faults().respond(Route.SYNC, 401, "{}", 1);
		device.sync();
		Path elsewhere = takeAway(closedFiles().get(1));
		assertNamed(device.sync(), former);
		assertThat(device.device().denial()).isNull();
		putBack(elsewhere);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(former)).hasSize(8);
		assertThat(device.events(ChainStranded.class)).isEmpty();
	}

	@Test
	void aFormerChainWhoseFileStaysAwayIsArchivedAndNamedByTheCurrentOne() throws IOException {
		SyncDevice device = filled();
		String former = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		takeAway(closedFiles().get(1));
		assertNamed(device.sync(), former);
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(former, StrandingReason.LOG_MISSING, null));
		device.sync();
		assertThat(device.device().denial()).isNull();
		assertThat(archived(device)).singleElement().satisfies((facts) -> {
			assertThat(facts.get("predecessor").stringValue()).isEqualTo(former);
			assertThat(facts.get("lastLocalSequence").longValue()).isEqualTo(8);
		});
	}

	private static void assertNamed(SyncResult result, String former) {
		assertThat(result.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.code()).isEqualTo("log_missing");
			assertThat(problem.formerBundleId()).isEqualTo(former);
			assertThat(problem.remedy()).contains(former, "put it back");
		});
	}

	private SyncDevice filled() {
		SyncDevice device = chainDevice();
		device.device().maxSize(1_500);
		device.restart();
		device.device().calls(8);
		assertThat(closedFiles()).hasSizeGreaterThan(2);
		return device;
	}

	private List<Path> closedFiles() {
		return DeviceFiles
			.all(this.directory, (file) -> file.getFileName().toString().matches("audit-.+-[0-9]{12}.jsonl"))
			.stream()
			.sorted()
			.toList();
	}

	private static Path takeAway(Path file) throws IOException {
		return Files.move(file, file.resolveSibling(file.getFileName() + ".away"));
	}

	private static void putBack(Path elsewhere) throws IOException {
		String name = elsewhere.getFileName().toString();
		Files.move(elsewhere, elsewhere.resolveSibling(name.substring(0, name.length() - ".away".length())));
	}

}
