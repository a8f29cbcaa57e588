package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Predecessor;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.ConsentStatus;
import dev.grantex.gemma.consent.DenialReason;
import dev.grantex.gemma.consent.Device;
import dev.grantex.gemma.disk.RecordingFileSystem;
import dev.grantex.simulator.Route;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Evidence that is left on a device without its bundle is delivered or named: deleting
 * the bundle's file hides nothing, and gets round no operator.
 */
class OrphanTests extends SyncFixture {

	@Test
	void offlineAllOfItCountsAsUndelivered() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		device.device().calls(2);
		String lost = bundleId(device);
		ConsentBundle bundle = device.device().bundle();
		this.simulator.faults().unreachable();
		restartWithoutBundle(device);
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
		assertThat(orphans(device)).containsExactly(new ConsentStatus.Orphan(lost, grantId(bundle), 5));
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
		assertThat(orphans(device)).hasSize(1);
	}

	@Test
	void aChainOfWhichTheServiceHasEverythingIsAFormerOne() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		String lost = bundleId(device);
		restartWithoutBundle(device);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isNull();
		assertThat(bundleId(device)).isNotEqualTo(lost);
		assertThat(device.device().bundle().state().predecessor()).isNull();
		assertThat(device.device().log().headSequence()).isZero();
		assertThat(orphans(device)).isEmpty();
		assertThat(this.simulator.requests(Route.SYNC)).hasSize(1);
	}

	@Test
	void whatTheServiceDoesNotHaveIsDeliveredAsItIsSigned() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		device.device().calls(4);
		List<String> hashes = hashes(device);
		String lost = bundleId(device);
		restartWithoutBundle(device);
		SyncResult result = device.sync();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(result.accepted()).isEqualTo(4);
		assertThat(hashesAtService(lost)).isEqualTo(hashes);
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().bundle().state().predecessor()).isNull();
		assertThat(orphans(device)).isEmpty();
		device.device().call("tool:next");
		device.sync();
		device.restart();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(orphans(device)).isEmpty();
	}

	@Test
	void theSealIsNotBelievedThatItWasDelivered() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		device.device().close();
		Path seal = this.directory.resolve("audit.seal");
		Files.writeString(seal,
				Files.readString(seal).replaceAll("\"synchronizedThrough\":0", "\"synchronizedThrough\":3"));
		restartWithoutBundle(device);
		assertThat(device.sync().accepted()).isEqualTo(3);
		assertThat(hashesAtService(lost)).hasSize(3);
	}

	@Test
	void whatTheServiceRefusesDeniesCallsUntilTheOperatorNamesTheBundle() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		device.device().calls(2);
		List<String> hashes = hashes(device);
		String lost = bundleId(device);
		refresh(lost);
		restartWithoutBundle(device);
		SyncResult result = device.sync();
		assertThat(result.problems()).singleElement()
			.satisfies((problem) -> assertThat(problem.formerBundleId()).isEqualTo(lost))
			.satisfies((problem) -> assertThat(problem.code()).isEqualTo("bundle_missing"));
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		assertThat(device.device().denial().message()).doesNotContain(lost);
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::bundleId).containsExactly(lost);
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::undelivered).containsExactly(2L);
		device.reissueAfter("cb_another").sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		device.reissueAfter("cb_another, " + lost).sync();
		assertThat(device.device().denial()).isNull();
		assertThat(orphans(device)).isEmpty();
		Predecessor predecessor = device.device().bundle().state().predecessor();
		assertThat(predecessor).isEqualTo(new Predecessor(lost, StrandingReason.BUNDLE_MISSING, 3, hashes.get(2), 5,
				hashes.get(4), "archive/" + lost, predecessor.archiveSha256()));
		SignedAuditEntry first = device.device().log().read(1).findFirst().orElseThrow();
		assertThat(first.action()).isEqualTo("grantex:chain-started");
		assertThat(JSON.readTree(first.toJson()).get("metadata"))
			.isEqualTo(JSON.valueToTree(Map.of("predecessor", lost, "reason", "bundle_missing", "lastAcceptedSequence",
					3, "lastAcceptedHash", hashes.get(2), "lastLocalSequence", 5, "lastLocalHash", hashes.get(4),
					"archive", "archive/" + lost, "archiveSha256", predecessor.archiveSha256())));
		assertThat(files(this.directory.resolve("archive").resolve(lost))).containsExactlyInAnyOrder("SHA256SUMS",
				"audit.jsonl", "audit.seal");
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void whatIsRefusedIsNotSentAgainBeforeSomethingChanges() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		refresh(bundleId(device));
		restartWithoutBundle(device);
		device.sync();
		this.simulator.clearRequests();
		device.sync();
		assertThat(routes()).containsExactly(Route.GET);
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
	}

	@Test
	void theBundlesFilePutBackHeals() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		refresh(bundleId(device));
		Path copy = this.directory.resolve("copy");
		Files.copy(device.device().bundleFile(), copy);
		restartWithoutBundle(device);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		Files.move(copy, device.device().bundleFile());
		device.sync();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().call("tool:next").seq()).isEqualTo(3);
		assertThat(orphans(device)).isEmpty();
	}

	@Test
	void undeliveredEntriesThatTheSealCountsAndThatAreGoneCountAsRefused() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(2);
		device.sync();
		device.device().calls(4);
		String lost = bundleId(device);
		device.device().close();
		cut(device.device().logFile(), 3);
		restartWithoutBundle(device);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		assertThat(hashesAtService(lost)).hasSize(3);
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::undelivered).containsExactly(3L);
		device.reissueAfter(lost).sync();
		assertThat(device.device().bundle().state().predecessor().lastAcceptedSequence()).isEqualTo(3);
		assertThat(device.device().bundle().state().predecessor().lastLocalSequence()).isEqualTo(3);
	}

	@Test
	void deliveredEntriesThatAreGoneAreNoLoss() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.sync();
		device.device().close();
		Files.delete(device.device().logFile());
		restartWithoutBundle(device);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().log().headSequence()).isZero();
	}

	@Test
	void aSealAloneThatCountsUndeliveredEntriesDenies() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		device.device().close();
		Files.delete(device.device().logFile());
		restartWithoutBundle(device);
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::undelivered).containsExactly(3L);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		device.reissueAfter(lost).sync();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().bundle().state().predecessor().lastLocalSequence()).isEqualTo(3);
	}

	@Test
	void aSealThatCountsNothingCountsAsNothing() throws IOException {
		SyncDevice device = syncDevice();
		restartWithoutBundle(device);
		assertThat(orphans(device)).isEmpty();
		assertThat(device.sync().issued()).isTrue();
		assertThat(device.device().log().headSequence()).isZero();
	}

	@Test
	void withoutASealTheServiceTellsTheBundleOfTheEntriesGrant() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		device.device().close();
		Files.delete(this.directory.resolve("audit.seal"));
		restartWithoutBundle(device);
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::bundleId).containsOnlyNulls();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(lost)).hasSize(3);
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void aSealThatNamesABundleOfAnotherGrantIsNotBelieved() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		device.device().close();
		String other = issue().bundleId();
		Path seal = this.directory.resolve("audit.seal");
		Files.writeString(seal, Files.readString(seal).replace(lost, other));
		restartWithoutBundle(device);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(lost)).hasSize(3);
		assertThat(hashesAtService(other)).isEmpty();
	}

	@Test
	void theGrantServesWhereNoSealNamesTheBundle() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		ConsentBundle bundle = device.device().bundle();
		refresh(bundle.bundleId());
		device.device().close();
		Files.delete(this.directory.resolve("audit.seal"));
		restartWithoutBundle(device);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		device.reissueAfter(grantId(bundle)).sync();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().bundle().state().predecessor().bundleId()).isEqualTo(bundle.bundleId());
	}

	@Test
	void theGrantDoesNotServeWhereASealNamesTheBundle() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		ConsentBundle bundle = device.device().bundle();
		refresh(bundle.bundleId());
		restartWithoutBundle(device);
		device.reissueAfter(grantId(bundle)).sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
	}

	@Test
	void aBundleThatTheServiceDoesNotKnowTakesNothing() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		this.simulator.deleteBundle(lost);
		restartWithoutBundle(device);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::undelivered).containsExactly(3L);
		device.reissueAfter(lost).sync();
		assertThat(device.device().denial()).isNull();
		assertThat(device.device().bundle().state().predecessor().lastAcceptedSequence()).isZero();
	}

	@Test
	void anOutageDecidesNothing() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		restartWithoutBundle(device);
		assertThat(device.sync().isSuccessful()).isFalse();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.sync().issued()).isTrue();
		assertThat(hashesAtService(lost)).hasSize(3);
	}

	@Test
	void itIsDeliveredBeforeABundleIsRequestedAtAStart() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		restartWithoutBundle(device);
		assertThat(device.synchronizer().issue().issued()).isTrue();
		assertThat(hashesAtService(lost)).hasSize(3);
	}

	@Test
	void nothingIsRequestedAfterARevocationButTheRestIsDelivered() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String lost = bundleId(device);
		this.simulator.revokeBundle(lost, true);
		restartWithoutBundle(device);
		SyncResult result = device.sync();
		assertThat(hashesAtService(lost)).hasSize(3);
		assertThat(result.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.WITHDRAWN);
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
		assertThat(device.reissueAfter(lost).sync().issued()).isTrue();
		assertThat(device.device().log().headSequence()).isZero();
	}

	@Test
	void eachOfSeveralMustBeNamed() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String first = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		device.device().calls(2);
		String second = bundleId(device);
		refresh(first);
		refresh(second);
		device.device().close();
		Files.delete(device.device().retiredFile(first));
		restartWithoutBundle(device);
		device.sync();
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::bundleId).containsExactlyInAnyOrder(first, second);
		device.reissueAfter(second).sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
		device.reissueAfter(first + "," + second).sync();
		assertThat(device.device().denial()).isNull();
		List<SignedAuditEntry> entries;
		try (Stream<SignedAuditEntry> all = device.device().log().read(1)) {
			entries = all.toList();
		}
		assertThat(entries).extracting(SignedAuditEntry::action)
			.containsExactly("grantex:chain-started", "grantex:chain-archived");
		assertThat(entries).extracting((entry) -> entry.metadata().toString())
			.anyMatch((metadata) -> metadata.contains(first))
			.anyMatch((metadata) -> metadata.contains(second));
		assertThat(this.directory.resolve("archive").resolve(first)).isDirectory();
		assertThat(this.directory.resolve("archive").resolve(second)).isDirectory();
		device.restart();
		assertThat(device.device().call("tool:next").seq()).isEqualTo(3);
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	@Test
	void whileABundleIsStoredItDeniesNothingAndIsNamed() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String first = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		refresh(first);
		device.device().close();
		Files.delete(device.device().retiredFile(first));
		device.restart();
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::bundleId).containsExactly(first);
		assertThat(device.sync().isSuccessful()).isFalse();
		assertThat(device.device().denial()).isNull();
		assertThat(orphans(device)).extracting(ConsentStatus.Orphan::undelivered).containsExactly(3L);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(orphans(device)).hasSize(1);
	}

	@Test
	void whileABundleIsStoredTheRestIsDeliveredToo() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String first = bundleId(device);
		device.device().consent().replace(issue(), this.request);
		device.device().close();
		Files.delete(device.device().retiredFile(first));
		device.restart();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(first)).hasSize(3);
		assertThat(orphans(device)).isEmpty();
	}

	@Test
	void chainsThatSomebodyPutsThereUseUpNoLookUps() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		device.sync();
		String line = Files.readString(device.device().logFile());
		String grant = grantId(device.device().bundle());
		for (int i = 10; i < 60; i++) {
			Path planted = this.directory.resolve("audit-grnt_planted" + i + "-000000000001.jsonl");
			Files.writeString(planted, line.replace(grant, "grnt_planted" + i));
			Files.setPosixFilePermissions(planted, PosixFilePermissions.fromString("rw-------"));
		}
		this.simulator.clearRequests();
		device.sync();
		assertThat(lookUps()).isBetween(20, 25);
		device.sync();
		device.sync();
		assertThat(device.device().consent().orphans().areJudged()).isTrue();
		assertThat(lookUps()).isBetween(60, 75);
	}

	@Test
	void anotherLogInTheSameDirectoryIsNobodysOrphan() throws IOException {
		Path other = Files.createDirectory(this.directory.resolve("other"));
		try (Device neighbour = new Device(other, this.clock, this.request).open()) {
			neighbour.consent().replace(issue(), this.request);
			neighbour.calls(3);
			neighbour.consent().replace(issue(), this.request);
			neighbour.calls(3);
		}
		try (Stream<Path> files = Files.list(other)) {
			for (Path file : files.toList()) {
				String name = file.getFileName().toString();
				if (name.startsWith("audit")) {
					Files.move(file, this.directory.resolve(name.replaceFirst("audit", "audit-2")),
							StandardCopyOption.REPLACE_EXISTING);
				}
			}
		}
		SyncDevice device = emptySyncDevice();
		assertThat(orphans(device)).isEmpty();
		assertThat(device.sync().issued()).isTrue();
		assertThat(this.simulator.requests(Route.SYNC)).isEmpty();
	}

	@Test
	void aChainThatAnotherApplicationHasOpenIsNoOrphan() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String running = bundleId(device);
		Device second = closeAfterTest(new Device(this.directory, this.clock, this.request));
		Path elsewhere = Files.createDirectory(this.directory.resolve("elsewhere"));
		Files.move(device.device().bundleFile(), elsewhere.resolve("bundle.enc"));
		SyncDevice intruder = closeAfterTest(new SyncDevice(second.open(), this.clock, this.simulator.baseUrl(),
				this.simulator.customer().apiKey()));
		intruder.sync();
		assertThat(this.simulator.requests(Route.SYNC)).isEmpty();
		assertThat(second.denial()).isEqualTo(DenialReason.LOG_HELD);
		assertThat(hashesAtService(running)).isEmpty();
		assertThat(device.device().call("tool:next").seq()).isEqualTo(4);
	}

	@Test
	void nothingIsRequestedWhileSomebodyHoldsTheLockOfTheActiveFile() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		refresh(bundleId(device));
		try (FileChannel held = lockAfterClosing(device, "audit.jsonl.lock")) {
			restartWithoutBundle(device);
			device.sync();
			assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_HELD);
			assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		}
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
	}

	@Test
	void norWhileSomebodyHoldsThatOfAChainWithoutItsBundle() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		String first = bundleId(device);
		String grant = device.device().consent().status().grant().grantId();
		device.device().consent().replace(issue(), this.request);
		refresh(first);
		try (FileChannel held = lockAfterClosing(device, "audit-" + grant + ".lock")) {
			Files.delete(device.device().retiredFile(first));
			restartWithoutBundle(device);
			device.sync();
			assertThat(orphans(device)).extracting(ConsentStatus.Orphan::bundleId).containsExactly(first);
			assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		}
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_MISSING);
	}

	@Test
	void thatItCouldNotBeLookedForDeniesOnlyAsLongAsThatIsSo() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		Path log = device.device().logFile();
		Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-rw-rw-"));
		restartWithoutBundle(device.autoIssue(false));
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_UNSAFE);
		Files.setPosixFilePermissions(log, PosixFilePermissions.fromString("rw-------"));
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
	}

	@Test
	void theFilesOfOpenLogsAreNotOpenedWhichWouldDropTheirLocks() throws IOException {
		RecordingFileSystem disk = RecordingFileSystem.unforced(this.directory);
		Device device = closeAfterTest(new Device(disk.root(), this.clock, this.request)).open();
		device.consent().replace(issue(), this.request);
		try (CallDecision call = device.consent().decide()) {
			call.recordOutcome("tool:begun", call.grant(), "success", Map.of());
			String leaving = device.bundle().bundleId();
			device.consent().replace(issue(), this.request);
			device.calls(2);
			Files.delete(this.directory.resolve("bundle-" + leaving + ".enc"));
			// The log's own thread looks at the seals of former chains meanwhile.
			Set<Thread> readers = ConcurrentHashMap.newKeySet();
			disk.faults().beforeReading(() -> readers.add(Thread.currentThread()));
			assertThat(device.consent().orphans().find()).isEmpty();
			assertThat(readers).doesNotContain(Thread.currentThread());
		}
	}

	private void restartWithoutBundle(SyncDevice device) throws IOException {
		device.device().close();
		Files.deleteIfExists(device.device().bundleFile());
		device.restart();
	}

	private FileChannel lockAfterClosing(SyncDevice device, String file) throws IOException {
		device.device().close();
		FileChannel channel = FileChannel.open(this.directory.resolve(file), StandardOpenOption.WRITE);
		channel.lock();
		return channel;
	}

	/**
	 * As when the answer to a refresh was lost: the service has another key since.
	 */
	private void refresh(String bundleId) {
		this.client.refresh(bundleId);
		this.simulator.clearRequests();
	}

	private static void cut(Path log, int lines) throws IOException {
		Files.writeString(log, String.join("\n", Files.readAllLines(log).subList(0, lines)) + "\n");
	}

	private int lookUps() {
		return this.simulator.requests(Route.GET).size() + this.simulator.requests(Route.LIST).size();
	}

	private static List<ConsentStatus.Orphan> orphans(SyncDevice device) {
		return device.device().consent().status().orphans();
	}

	private String grantId(ConsentBundle bundle) {
		return this.simulator.bundle(bundle.bundleId()).orElseThrow().grantId();
	}

	private static List<String> files(Path directory) throws IOException {
		try (Stream<Path> files = Files.list(directory)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

}
