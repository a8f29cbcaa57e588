package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.consent.CallDecision;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How a device learns that its consent was withdrawn, and that nothing on the device
 * undoes it.
 */
class RevocationTests extends SyncFixture {

	@Test
	void bundleRevokedWithoutItsGrant() {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), false);
		SyncResult result = device.sync();
		assertThat(result.revoked()).isTrue();
		assertThat(result.isSuccessful()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.device().consent().status().revocation().grantRevoked()).isFalse();
	}

	@Test
	void grantRevokedWithoutItsBundle() {
		SyncDevice device = syncDevice();
		this.simulator.revokeGrant(this.simulator.bundle(bundleId(device)).orElseThrow().grantId());
		assertThat(device.sync().revoked()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.device().consent().status().revocation().grantRevoked()).isTrue();
	}

	@Test
	void learnedFromTheUploadWhenTheStatusCannotBeAsked() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		this.simulator.revokeGrant(this.simulator.bundle(bundleId(device)).orElseThrow().grantId());
		this.simulator.faults().respond(Route.STATUS, 503, "{}", 1);
		assertThat(device.sync().revoked()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void learnedFromTheStatusWhileUploadsAreRefused() {
		SyncDevice device = syncDevice();
		device.device().calls(1);
		this.simulator.revokeBundle(bundleId(device), false);
		this.simulator.faults().respond(Route.SYNC, 500, "{}", 1);
		assertThat(device.sync().revoked()).isTrue();
	}

	@Test
	void learnedFromTheRefreshWhenTheStatusCannotBeAsked() {
		SyncDevice device = syncDevice();
		this.simulator.revokeGrant(this.simulator.bundle(bundleId(device)).orElseThrow().grantId());
		leaveShare(device.device().bundle(), 0.1);
		this.simulator.faults().respond(Route.STATUS, 503, "{}", 1);
		SyncResult result = device.sync();
		assertThat(result.revoked()).isTrue();
		assertThat(result.problems()).extracting(SyncProblem::step).containsExactly(SyncStep.STATUS);
		assertThat(device.device().consent().status().revocation().grantRevoked()).isTrue();
	}

	@Test
	void learnedFromTheRefreshThatTheBundleAloneIsRevoked() {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), false);
		leaveShare(device.device().bundle(), 0.1);
		this.simulator.faults().respond(Route.STATUS, 503, "{}", 1);
		assertThat(device.sync().revoked()).isTrue();
		assertThat(device.device().consent().status().revocation().grantRevoked()).isFalse();
	}

	@Test
	void isPublishedOnceAfterCallsWereHalted() {
		SyncDevice device = syncDevice();
		var atEvent = new ArrayList<DenialReason>();
		device.listener((event) -> {
			if (event instanceof ConsentRevoked) {
				atEvent.add(device.device().denial());
			}
		});
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		device.sync();
		device.restart().sync();
		assertThat(atEvent).containsExactly(DenialReason.REVOKED);
		assertThat(device.events(ConsentRevoked.class)).singleElement()
			.satisfies((event) -> assertThat(event.bundleId()).isEqualTo(bundleId(device)));
	}

	@Test
	void haltsAndIsPublishedAlthoughItCannotBeStoredAndIsStoredNextTime() {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), true);
		device.device().repository().failSaves(1);
		SyncResult result = device.sync();
		assertThat(result.revoked()).isTrue();
		assertThat(result.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.LOCAL);
		assertThat(device.events(ConsentRevoked.class)).hasSize(1);
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().repository().load().orElseThrow().state().revocation()).isNotNull();
	}

	@Test
	void haltsAlthoughItCannotBeSealedAndIsSealedNextTime() throws IOException {
		SyncDevice device = syncDevice();
		byte[] older = Files.readAllBytes(device.device().bundleFile());
		Path seal = this.directory.resolve("audit.seal");
		Files.setPosixFilePermissions(seal, PosixFilePermissions.fromString("rw-rw-rw-"));
		this.simulator.revokeBundle(bundleId(device), true);
		SyncResult result = device.sync();
		assertThat(result.revoked()).isTrue();
		assertThat(result.problems()).extracting(SyncProblem::kind).contains(SyncProblem.Kind.LOCAL);
		Files.setPosixFilePermissions(seal, PosixFilePermissions.fromString("rw-------"));
		assertThat(device.sync().isSuccessful()).isTrue();
		device.device().close();
		Files.write(device.device().bundleFile(), older);
		assertThat(device.restart().device().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void whatIsLeftIsStillDelivered() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		CallDecision call = device.device().consent().decide();
		this.simulator.revokeBundle(bundleId(device), true);
		assertThat(device.sync().accepted()).isEqualTo(3);
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		device.restart();
		assertThat(device.sync().accepted()).isEqualTo(1);
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void nothingIsIssuedAgain() {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		device.restart().sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void nothingIsIssuedAfterTheBundleEndedToo() {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), false);
		this.clock.set(device.device().bundle().offlineExpiresAt().plusSeconds(1));
		device.sync();
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void deletingAllFilesUndoesNothing() throws IOException {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), false);
		device.sync();
		deleteFiles(device);
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.device().denial()).isEqualTo(DenialReason.NO_BUNDLE);
	}

	@Test
	void deletingAllFilesUndoesNothingWhenOnlyTheGrantIsRevoked() throws IOException {
		SyncDevice device = syncDevice();
		this.simulator.revokeGrant(this.simulator.bundle(bundleId(device)).orElseThrow().grantId());
		device.sync();
		deleteFiles(device);
		device.restart().sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void puttingAnOlderExpiredBundleInPlaceUndoesNothing() throws IOException {
		SyncDevice device = syncDevice();
		byte[] older = Files.readAllBytes(device.device().bundleFile());
		this.clock.set(device.device().bundle().offlineExpiresAt().plusSeconds(1));
		device.sync();
		this.simulator.clearRequests();
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		deleteFiles(device);
		Files.write(device.device().bundleFile(), older);
		device.restart().sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void bundleOfAnotherUserInPlaceUndoesNothing() throws IOException {
		SyncDevice device = syncDevice();
		byte[] other = Files.readAllBytes(device.device().bundleFile());
		var narrower = request(List.of("alert"));
		device.device().request(narrower);
		device.restart().sync();
		this.simulator.clearRequests();
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		deleteFiles(device);
		Files.write(device.device().bundleFile(), other);
		device.restart();
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_MISSING);
		device.sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void operatorAllowsANewBundle() {
		SyncDevice device = syncDevice();
		String revoked = bundleId(device);
		device.device().calls(1);
		this.simulator.revokeBundle(revoked, true);
		device.sync();
		device.reissueAfter(revoked);
		SyncResult result = device.sync();
		assertThat(result.issued()).isTrue();
		assertThat(result.revoked()).isFalse();
		assertThat(device.device().denial()).isNull();
		assertThat(bundleId(device)).isNotEqualTo(revoked);
	}

	@Test
	void operatorAllowsANewBundleAlsoWithoutFiles() throws IOException {
		SyncDevice device = syncDevice();
		String revoked = bundleId(device);
		this.simulator.revokeBundle(revoked, true);
		device.sync();
		deleteFiles(device);
		device.restart().reissueAfter(revoked);
		assertThat(device.sync().issued()).isTrue();
	}

	@Test
	void permissionForAnotherBundleAllowsNothing() {
		SyncDevice device = syncDevice();
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		device.reissueAfter("bundle_other").sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
	}

	@Test
	void permissionIsForOneRevocationOnly() {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		this.simulator.revokeBundle(first, true);
		device.reissueAfter(first);
		device.sync();
		this.simulator.revokeBundle(bundleId(device), true);
		this.simulator.clearRequests();
		device.sync();
		device.restart().sync();
		assertThat(this.simulator.requests(Route.CREATE)).isEmpty();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
	}

	@Test
	void revocationOfAReplacedBundleIsNotTheCurrentOnes() {
		SyncDevice device = syncDevice();
		String first = bundleId(device);
		device.device().calls(1);
		device.device().consent().replace(issue(), this.request);
		this.simulator.revokeBundle(first, true);
		SyncResult result = device.sync();
		assertThat(result.revoked()).isFalse();
		assertThat(result.accepted()).isEqualTo(1);
		assertThat(device.device().denial()).isNull();
	}

	private static void deleteFiles(SyncDevice device) throws IOException {
		device.device().close();
		try (Stream<Path> files = Files.list(device.device().bundleFile().getParent())) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
	}

}
