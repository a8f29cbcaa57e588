package dev.grantex.gemma.sync;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.FileSystemUtils;

import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.BundleRequest;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.cloud.SyncBatch;
import dev.grantex.gemma.consent.Copies;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.disk.CrashState;
import dev.grantex.gemma.disk.CrashStates;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bundles and logs that another package left on the device.
 */
class AdoptionTests extends SyncFixture {

	private static final Set<String> MIXTURES = Set.of("nothing unforced", "everything");

	@TempDir
	private Path elsewhere;

	/** Without a state, as another package stores it. */
	private ConsentBundle foreign;

	/** Of that bundle, in the form that the TypeScript package writes. */
	private List<String> lines;

	@BeforeEach
	void letAnotherPackageWrite() throws IOException {
		this.foreign = issue();
		try (Device other = new Device(this.elsewhere, this.clock, this.request)) {
			other.repository().save(this.foreign);
			other.open().calls(5);
			this.lines = Files.readAllLines(other.logFile());
		}
	}

	@Test
	void logOfTheTypeScriptPackageGoesOn() throws IOException {
		SyncDevice device = adopting(this.foreign, this.lines);
		assertThat(device.device().call("tool:next").seq()).isEqualTo(6);
		assertThat(device.sync().accepted()).isEqualTo(6);
		assertThat(hashesAtService(this.foreign.bundleId())).isEqualTo(hashes(device));
		assertThat(device.device().repository().load().orElseThrow().state()).isNotNull();
		assertThat(device.restart().device().call("tool:last").seq()).isEqualTo(7);
		assertThat(device.device().verifyChain().valid()).isTrue();
	}

	@Test
	void logWhoseBeginningWasRotatedAwayGoesOn() throws IOException {
		accept(this.lines.subList(0, 3));
		SyncDevice device = adopting(this.foreign, this.lines.subList(3, 5));
		assertThat(device.device().log().synchronizedThrough()).isEqualTo(3);
		assertThat(device.device().call("tool:next").seq()).isEqualTo(6);
		assertThat(device.sync().accepted()).isEqualTo(3);
		assertThat(hashesAtService(this.foreign.bundleId())).hasSize(6);
		device.restart();
		assertThat(device.device().log().firstSequence()).isEqualTo(4);
		assertThat(device.device().call("tool:last").seq()).isEqualTo(7);
	}

	@Test
	void whatTheServiceHasAlreadyIsSentAgainWithoutHarm() throws IOException {
		accept(this.lines.subList(0, 3));
		SyncDevice device = adopting(this.foreign, this.lines);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(this.foreign.bundleId())).hasSize(5);
	}

	@Test
	void sealComesBeforeTheStateWhereverItStopped() throws IOException {
		store(this.foreign, this.lines);
		RecordingFileSystem disk = RecordingFileSystem.over(this.directory);
		closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		for (CrashState state : states(disk.crashStates(1), disk.operationCount())) {
			Path root = Files.createDirectory(this.elsewhere.resolve("disk"));
			state.image().writeTo(root);
			try (Device device = new Device(root, this.clock, this.request).open()) {
				assertThat(device.denial()).as("%s", state).isNull();
				assertThat(device.call("tool:next").seq()).as("%s", state).isEqualTo(6);
				assertThat(device.restart().denial()).as("%s", state).isNull();
				assertThat(device.verifyChain().valid()).isTrue();
			}
			FileSystemUtils.deleteRecursively(root);
		}
	}

	@Test
	void bundleThatCannotBeStoredIsTakenOverLater() throws IOException {
		store(this.foreign, this.lines);
		Device device = closeAfterTest(new Device(this.directory, this.clock, this.request));
		device.repository().failSaves(1);
		device.open();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_UNREADABLE);
		device.consent().reopen();
		assertThat(device.call("tool:next").seq()).isEqualTo(6);
		assertThat(device.repository().load().orElseThrow().state()).isNotNull();
	}

	@Test
	void logOfThePythonPackageIsMovedAsideAndTheChainBegins() throws IOException {
		byte[] python = vector("audit-py.jsonl");
		store(this.foreign, List.of());
		write(this.directory.resolve("audit.jsonl"), python);
		Device device = closeAfterTest(new Device(this.directory, this.clock, this.request)).open();
		assertThat(device.call("tool:first").seq()).isEqualTo(1);
		assertThat(this.directory.resolve("audit.jsonl.python-1")).hasBinaryContent(python);
		assertThat(device.restart().call("tool:second").seq()).isEqualTo(2);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void logOfThePythonPackageDoesNotHinderAnIssuedBundle() throws IOException {
		byte[] python = vector("audit-py.jsonl");
		write(this.directory.resolve("audit.jsonl"), python);
		SyncDevice device = emptySyncDevice();
		assertThat(device.sync().issued()).isTrue();
		device.device().calls(1);
		assertThat(device.sync().accepted()).isEqualTo(1);
		assertThat(this.directory.resolve("audit.jsonl.python-1")).hasBinaryContent(python);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 4 })
	void damagedLogIsRefusedAsItIs(int damaged) throws IOException {
		List<String> changed = new ArrayList<>(this.lines);
		changed.set(damaged, "damaged");
		assertRefused(changed);
	}

	@Test
	void anyOtherFileInThePlaceOfTheLogIsRefusedAsItIs() throws IOException {
		assertRefused(List.of("some", "body", "else's"));
	}

	@Test
	void logThatAnotherKeySignedIsRefusedAsItIs() throws IOException {
		this.foreign = this.client.refresh(this.foreign.bundleId());
		assertRefused(this.lines);
	}

	@Test
	void evidenceOfABundleForSomebodyElseIsDeliveredAfterItsReplacement() throws IOException {
		store(this.foreign, this.lines);
		Map<String, String> before = Copies.contents(this.directory);
		BundleRequest other = new BundleRequest(this.agent.id(), "user_2", SCOPES, "72h", "device-1", "linux");
		Device device = closeAfterTest(new Device(this.directory, this.clock, other)).open();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_MISMATCH);
		assertThat(Copies.contents(this.directory)).isEqualTo(before);
		SyncDevice replacing = closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()));
		assertThat(replacing.sync().issued()).isTrue();
		assertThat(device.call("tool:next").seq()).isEqualTo(1);
		assertThat(replacing.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(this.foreign.bundleId())).hasSize(5);
		assertThat(device.repository().loadRetired()).isEmpty();
	}

	@Test
	void damagedEvidenceOfABundleForSomebodyElseIsKeptWithItsBundle() throws IOException {
		List<String> changed = new ArrayList<>(this.lines);
		changed.set(0, "damaged");
		store(this.foreign, changed);
		BundleRequest other = new BundleRequest(this.agent.id(), "user_2", SCOPES, "72h", "device-1", "linux");
		Device device = closeAfterTest(new Device(this.directory, this.clock, other)).open();
		SyncDevice replacing = closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()));
		assertThat(replacing.sync().issued()).isTrue();
		assertThat(replacing.sync().problems()).singleElement()
			.returns("log_corrupted", SyncProblem::code)
			.returns(this.foreign.bundleId(), SyncProblem::formerBundleId);
		assertThat(device.call("tool:next").seq()).isEqualTo(1);
		assertThat(device.repository().loadRetired()).hasSize(1);
		assertThat(this.directory
			.resolve("audit-" + SignedAuditEntry.parse(changed.get(1)).grantId() + "-000000000001.jsonl")).content()
			.startsWith("damaged\n");
	}

	@Test
	void evidenceOfARevokedBundleForSomebodyElseIsDeliveredAfterItsReplacement() throws IOException {
		store(this.foreign, this.lines);
		BundleRequest other = new BundleRequest(this.agent.id(), "user_2", SCOPES, "72h", "device-1", "linux");
		Device device = closeAfterTest(new Device(this.directory, this.clock, other)).open();
		this.simulator.revokeBundle(this.foreign.bundleId(), false);
		SyncDevice replacing = closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()))
			.autoIssue(false);
		assertThat(replacing.sync().revoked()).isTrue();
		replacing.restart().autoIssue(true).reissueAfter(this.foreign.bundleId());
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(replacing.sync().issued()).isTrue();
		assertThat(replacing.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(this.foreign.bundleId())).hasSize(5);
	}

	private void assertRefused(List<String> present) throws IOException {
		store(this.foreign, present);
		Map<String, String> before = Copies.contents(this.directory);
		Device device = closeAfterTest(new Device(this.directory, this.clock, this.request)).open();
		SyncDevice refusing = closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()));
		this.simulator.clearRequests();
		refusing.sync();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
		assertThat(device.consent().status().bundle()).isNotNull();
		assertThat(Copies.contents(this.directory)).isEqualTo(before);
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	private SyncDevice adopting(ConsentBundle bundle, List<String> log) throws IOException {
		store(bundle, log);
		Device device = closeAfterTest(new Device(this.directory, this.clock, this.request)).open();
		return closeAfterTest(
				new SyncDevice(device, this.clock, this.simulator.baseUrl(), this.simulator.customer().apiKey()));
	}

	private void store(ConsentBundle bundle, List<String> log) throws IOException {
		try (Device device = new Device(this.directory, this.clock, this.request)) {
			device.repository().save(bundle);
			write(device.logFile(), (String.join("\n", log) + (log.isEmpty() ? "" : "\n")).getBytes());
		}
	}

	private void accept(List<String> log) {
		List<SignedAuditEntry> entries = log.stream().map(SignedAuditEntry::parse).toList();
		this.client.syncAudit(SyncBatch.of(this.foreign.bundleId(), null, entries), null);
	}

	private static List<CrashState> states(CrashStates states, int end) {
		return IntStream.rangeClosed(0, end)
			.mapToObj(states::after)
			.flatMap(Collection::stream)
			.filter((state) -> MIXTURES.contains(state.mixture()))
			.toList();
	}

	private static void write(Path file, byte[] content) throws IOException {
		Files.write(file, content);
		Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
	}

	private static byte[] vector(String name) throws IOException {
		try (InputStream in = AdoptionTests.class.getResourceAsStream("/vectors/" + name)) {
			return in.readAllBytes();
		}
	}

}
