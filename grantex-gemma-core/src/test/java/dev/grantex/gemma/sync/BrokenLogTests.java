package dev.grantex.gemma.sync;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is delivered of a log that is damaged or does not open any more.
 */
class BrokenLogTests extends ChainFixture {

	@Test
	void whatCanBeProvenOfATruncatedLogIsDeliveredOnce() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		device.device().calls(4);
		keepLines(device, 5);
		device.restart();
		assertThat(device.sync().accepted()).isEqualTo(3);
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_TRUNCATED);
		assertThat(hashesAtService(bundleId(device))).hasSize(5);
		this.simulator.clearRequests();
		assertThat(device.sync().accepted()).isZero();
		assertThat(routes()).containsExactly(Route.STATUS);
	}

	@Test
	void noCycleSucceedsWhileNobodyCanTellWhatIsLeftToDeliver() throws IOException {
		SyncDevice device = syncDevice();
		device.device().calls(4);
		keepLines(device, 2);
		device.restart();
		for (int cycle = 0; cycle < 2; cycle++) {
			SyncResult result = device.sync();
			assertThat(result.unsynchronized()).isEqualTo(-1);
			assertThat(result.problems()).singleElement()
				.returns(SyncProblem.Kind.LOCAL, SyncProblem::kind)
				.returns("log_truncated", SyncProblem::code)
				.returns(DenialReason.LOG_TRUNCATED.remedy(), SyncProblem::remedy);
		}
		SyncResult allowed = device.reissueAfter(bundleId(device)).sync();
		assertThat(allowed.isSuccessful()).isTrue();
		assertThat(allowed.unsynchronized()).isPositive();
	}

	@Test
	void whatIsLeftOfAnOpenLogIsUnknownOnceEntriesOfItMayBeGone() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(5);
		damageLine(device.device().logFile(), 3);
		assertThat(device.sync().unsynchronized()).isEqualTo(-1);
		SyncResult next = device.sync();
		assertThat(next.unsynchronized()).isEqualTo(-1);
		assertThat(next.isSuccessful()).isFalse();
	}

	@Test
	void withoutABundleNothingIsLeftToDeliver() {
		SyncDevice device = syncDevice();
		this.simulator.faults().unreachable();
		assertThat(device.sync().unsynchronized()).isZero();
	}

	@Test
	void whatIsLeftIsUnknownWhereTheBundleCannotBeRead() {
		SyncDevice device = syncDevice();
		device.device().calls(3);
		device.device().key("ff".repeat(32));
		SyncResult result = device.restart().sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_UNREADABLE);
		assertThat(result.unsynchronized()).isEqualTo(-1);
		assertThat(result.problems()).singleElement()
			.returns("bundle_unreadable", SyncProblem::code)
			.returns(DenialReason.BUNDLE_UNREADABLE.remedy(), SyncProblem::remedy);
	}

	@Test
	void logThatIsPutBackGoesOn() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(4);
		device.device().close();
		byte[] whole = Files.readAllBytes(device.device().logFile());
		keepLines(device, 2);
		device.restart().sync();
		device.device().close();
		Files.write(device.device().logFile(), whole);
		device.restart();
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSize(4);
	}

	@Test
	void provablePartWaitsForTheService() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(4);
		keepLines(device, 2);
		device.restart();
		this.simulator.faults().respond(Route.SYNC, 503, "{}", 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.OFFLINE);
		assertThat(device.sync().accepted()).isEqualTo(2);
	}

	@Test
	void whatComesBeforeDamageInAnOpenLogIsDelivered() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(5);
		damageLine(device.device().logFile(), 3);
		SyncResult result = device.sync();
		assertThat(result.accepted()).isEqualTo(3);
		assertThat(result.problems()).extracting(SyncProblem::code).containsExactly("log_corrupted");
		assertThat(device.device().denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
	}

	@Test
	void revokedBundleWithABrokenLogDeliversWhatCanBeProven() throws IOException {
		SyncDevice device = chainDevice();
		device.device().calls(4);
		keepLines(device, 3);
		device.restart();
		this.simulator.revokeBundle(bundleId(device), true);
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(hashesAtService(bundleId(device))).hasSize(3);
	}

	@Test
	void replacedBundleWithATruncatedLogIsDeliveredAsFarAsCanBeProvenAndArchived() throws IOException {
		SyncDevice device = chainDevice();
		String former = fill(device, Whose.RETIRED, 4);
		Path closed = closedFile();
		List<String> lines = Files.readAllLines(closed);
		Files.writeString(closed, String.join("\n", lines.subList(0, 3)) + "\n");
		device.sync();
		assertThat(hashesAtService(former)).hasSize(3);
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(former, StrandingReason.LOG_TRUNCATED, null));
		device.sync();
		assertThat(archived(device)).singleElement()
			.satisfies((facts) -> assertThat(facts.get("lastAcceptedSequence").longValue()).isEqualTo(3));
		assertThat(device.device().denial()).isNull();
	}

	@Test
	void replacedBundleWithABrokenLogWaitsForTheService() throws IOException {
		SyncDevice device = chainDevice();
		String former = fill(device, Whose.RETIRED, 4);
		Files.writeString(closedFile(), "damaged\n");
		this.simulator.faults().unreachable();
		device.sync();
		assertThat(device.events(ChainStranded.class)).isEmpty();
		this.simulator.faults().reachable();
		device.sync();
		assertThat(device.events(ChainStranded.class)).extracting(ChainStranded::bundleId).containsExactly(former);
	}

	@Test
	void replacedBundleWhoseKeyWasErasedIsArchivedIfItsLogIsBroken() throws IOException {
		SyncDevice device = syncDevice();
		String revoked = bundleId(device);
		device.device().calls(2);
		this.simulator.revokeBundle(revoked, true);
		device.sync();
		device.reissueAfter(revoked).sync();
		Files.writeString(closedFile(), "damaged\n");
		device.sync();
		device.sync();
		assertThat(device.device().repository().loadRetired()).isEmpty();
		assertThat(archived(device)).singleElement()
			.satisfies((facts) -> assertThat(facts.get("predecessor").stringValue()).isEqualTo(revoked));
		assertThat(device.sync().isSuccessful()).isTrue();
	}

	private Path closedFile() throws IOException {
		try (var files = Files.newDirectoryStream(this.directory, "audit-*.jsonl")) {
			return files.iterator().next();
		}
	}

	private static void keepLines(SyncDevice device, int count) throws IOException {
		device.device().close();
		Path file = device.device().logFile();
		Files.writeString(file, String.join("\n", Files.readAllLines(file).subList(0, count)) + "\n");
	}

	private static void damageLine(Path file, int index) throws IOException {
		byte[] content = Files.readAllBytes(file);
		String text = new String(content, StandardCharsets.UTF_8);
		int start = 0;
		for (int i = 0; i < index; i++) {
			start = text.indexOf('\n', start) + 1;
		}
		content[start + 10] = '#';
		Files.write(file, content);
	}

}
