package dev.grantex.gemma.sync;

import java.time.Duration;
import java.util.Map;

import dev.grantex.simulator.Faults;
import dev.grantex.simulator.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.DenialReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Entries that the service does not take, alone or at all.
 */
class RefusedEntriesTests extends ChainFixture {

	@ParameterizedTest
	@EnumSource
	void whatComesBeforeARefusedEntryIsDelivered(Whose whose) {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, whose, 7);
		refuse(bundleId, 5, "INVALID_HASH");
		SyncResult result = device.sync();
		assertThat(result.problems()).singleElement().satisfies((problem) -> {
			assertThat(problem.kind()).isEqualTo(SyncProblem.Kind.REJECTED);
			assertThat(problem.formerBundleId()).isEqualTo((whose == Whose.RETIRED) ? bundleId : null);
		});
		assertThat(hashesAtService(bundleId)).hasSize(4);
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(bundleId, StrandingReason.ENTRY_REFUSED, 5L));
	}

	@Test
	void callsAreDeniedAfterAnEntryWasRefused() {
		SyncDevice device = chainDevice();
		refuse(fill(device, Whose.CURRENT, 2), 2, "BUNDLE_MISMATCH");
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REJECTED);
		assertThat(device.restart().device().denial()).isEqualTo(DenialReason.REJECTED);
	}

	@Test
	void strandedChainIsNotSentAgain() {
		SyncDevice device = chainDevice();
		refuse(fill(device, Whose.CURRENT, 3), 2, "INVALID_HASH");
		device.sync();
		this.simulator.clearRequests();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.restart().autoIssue(false).sync().isSuccessful()).isTrue();
		assertThat(batches()).isEmpty();
		assertThat(device.events(ChainStranded.class)).hasSize(1);
	}

	@Test
	void replacedChainIsArchivedAndNamedByTheCurrentOne() {
		SyncDevice device = chainDevice();
		String former = fill(device, Whose.RETIRED, 3);
		refuse(former, 3, "INVALID_ENTRY");
		device.sync();
		device.sync();
		assertThat(device.device().denial()).isNull();
		assertThat(archived(device)).singleElement().satisfies((facts) -> {
			assertThat(facts.get("predecessor").stringValue()).isEqualTo(former);
			assertThat(facts.get("reason").stringValue()).isEqualTo("rejected");
			assertThat(facts.get("lastAcceptedSequence").longValue()).isEqualTo(2);
			assertThat(facts.get("lastLocalSequence").longValue()).isEqualTo(3);
		});
		assertThat(this.directory.resolve("archive").resolve(former).resolve("SHA256SUMS")).exists();
		assertThat(device.device().repository().loadRetired()).isEmpty();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device)).hasSize(1);
	}

	@Test
	void chainIsStrandedOnlyAfterWhatComesBeforeWasDelivered() {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, Whose.CURRENT, 3);
		this.simulator.faults()
			.respondWhen(Route.SYNC, sends(bundleId, 1).and(sends(bundleId, 3).negate()), 503, "{}", 1);
		refuse(bundleId, 3, "INVALID_HASH");
		device.sync();
		assertThat(device.device().denial()).isNull();
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REJECTED);
		assertThat(hashesAtService(bundleId)).hasSize(2);
	}

	@ParameterizedTest
	@CsvSource({ "null", "9", "0", "1.5", "-3", "99999999999999999999" })
	void refusalThatNamesNoEntryOfTheBatchStrandsNothing(String sequence) {
		SyncDevice device = chainDevice();
		device.device().calls(3);
		this.simulator.faults()
			.respond(Route.SYNC, 400, rejected("INVALID_AUDIT_ENTRIES", sequence, "INVALID_HASH"), 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.REJECTED);
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().accepted()).isEqualTo(3);
	}

	@ParameterizedTest
	@EnumSource
	void forkIsRememberedWithItsPlace(Whose whose) {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, whose, 4);
		answerTo(bundleId, 2, 409, rejected("AUDIT_CHAIN_CONFLICT", 2, "DUPLICATE_SEQ"));
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.FORKED);
		assertThat(device.events(ChainStranded.class)).containsExactly(stranded(bundleId, StrandingReason.FORKED, 2L));
		assertThat(device.device().denial()).isEqualTo((whose == Whose.CURRENT) ? DenialReason.FORKED : null);
	}

	@Test
	void brokenLinkToWhatTheServiceHasIsAFork() {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, Whose.CURRENT, 2);
		answerTo(bundleId, 1, 409, rejected("AUDIT_CHAIN_CONFLICT", 1, "BROKEN_CHAIN"));
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.FORKED);
	}

	@ParameterizedTest
	@EnumSource
	void batchesShrinkUntilTheyGetThrough(Whose whose) {
		SyncDevice device = chainDevice();
		for (int i = 0; i < 12; i++) {
			device.device().call("tool:" + i, Map.of("text", "x".repeat(2000)));
		}
		String bundleId = fill(device, whose, 1);
		this.simulator.faults().bodyLimit(8000);
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(hashesAtService(bundleId)).hasSize(13);
	}

	@Test
	void batchesGrowAgainAfterwards() {
		SyncDevice device = chainDevice();
		device.device().calls(40);
		this.simulator.faults().bodyLimit(10_000);
		device.sync();
		this.simulator.faults().bodyLimit(1_048_576);
		for (int i = 0; i < 5; i++) {
			device.sync();
		}
		device.device().calls(40);
		this.simulator.clearRequests();
		device.sync();
		assertThat(batchSizes()).containsExactly(40);
	}

	@ParameterizedTest
	@EnumSource
	void entryThatIsTooLargeByItselfIsRefused(Whose whose) {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.device().call("tool:large", Map.of("text", "x".repeat(20_000)));
		String bundleId = fill(device, whose, 2);
		this.simulator.faults().bodyLimit(10_000);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.REJECTED);
		assertThat(hashesAtService(bundleId)).hasSize(2);
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(bundleId, StrandingReason.ENTRY_REFUSED, 3L));
	}

	@ParameterizedTest
	@EnumSource
	void entryThatTheServiceFailsToProcessIsFoundInTheSecondCycle(Whose whose) {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, whose, 40);
		answerTo(bundleId, 23, 500, "{}");
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.OFFLINE);
		assertThat(device.events(ChainStranded.class)).isEmpty();
		SyncResult second = device.sync();
		assertThat(second.problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.REJECTED);
		assertThat(second.problems()).extracting(SyncProblem::code).containsExactly("server_error");
		assertThat(hashesAtService(bundleId)).hasSize(22);
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(bundleId, StrandingReason.ENTRY_REFUSED, 23L));
	}

	@Test
	void outageOfUploadsAloneStrandsNothing() {
		SyncDevice device = chainDevice();
		device.device().calls(2);
		device.sync();
		device.device().calls(20);
		this.simulator.faults().respond(Route.SYNC, 503, "{}", Faults.ALWAYS);
		for (int i = 0; i < 6; i++) {
			this.clock.advance(Duration.ofHours(1));
			assertThat(device.sync().problems()).extracting(SyncProblem::kind)
				.containsExactly(SyncProblem.Kind.OFFLINE);
		}
		assertThat(device.device().denial()).isNull();
		this.simulator.faults().clear();
		this.clock.advance(Duration.ofHours(1));
		assertThat(device.sync().accepted()).isEqualTo(20);
	}

	@Test
	void outageOfTheWholeServiceIsNotLookedInto() {
		SyncDevice device = chainDevice();
		device.device().calls(20);
		device.sync();
		device.device().calls(20);
		this.simulator.faults().respond(Route.ANY, 503, "{}", Faults.ALWAYS);
		device.sync();
		device.sync();
		device.sync();
		assertThat(ranges()).containsExactly("1-20", "21-40", "21-40", "21-40");
	}

	@Test
	void serviceThatRecoversWhileTheEntryIsLookedForTakesAll() {
		SyncDevice device = chainDevice();
		device.device().calls(3);
		device.sync();
		device.device().call("tool:next");
		this.simulator.faults().respond(Route.SYNC, 500, "{}", 2);
		device.sync();
		assertThat(device.sync().isSuccessful()).isTrue();
		assertThat(device.device().denial()).isNull();
		assertThat(hashesAtService(bundleId(device))).isEqualTo(hashes(device));
	}

	@Test
	void entryThatAProxyFailsOnIsHeldResponsibleOnlyAfterAnHour() {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, Whose.CURRENT, 5);
		answerTo(bundleId, 3, 503, "{}");
		for (int i = 0; i < 5; i++) {
			device.sync();
			this.clock.advance(Duration.ofMinutes(14));
		}
		assertThat(device.device().denial()).isNull();
		assertThat(hashesAtService(bundleId)).hasSize(2);
		this.clock.advance(Duration.ofMinutes(14));
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REJECTED);
	}

	@Test
	void firstEntryOfAllIsHeldResponsibleOnlyAfterADay() {
		SyncDevice device = chainDevice();
		String bundleId = fill(device, Whose.CURRENT, 5);
		answerTo(bundleId, 1, 500, "{}");
		for (int i = 0; i < 4; i++) {
			device.sync();
			this.clock.advance(Duration.ofHours(6));
		}
		assertThat(device.device().denial()).isNull();
		this.clock.advance(Duration.ofHours(6));
		device.sync();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REJECTED);
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(bundleId, StrandingReason.ENTRY_REFUSED, 1L));
	}

	@Test
	void unknownBundleIsRememberedInMemoryOnly() {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		this.simulator.deleteBundle(bundleId(device));
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsOnly(SyncProblem.Kind.NOT_FOUND);
		assertThat(device.device().denial()).isEqualTo(DenialReason.BUNDLE_UNKNOWN);
		assertThat(device.events(ChainStranded.class)).isEmpty();
		assertThat(device.restart().device().denial()).isNull();
	}

	@Test
	void uploadThatIsNotFoundDoesNotMakeABundleUnknownThatTheServiceKnows() {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		this.simulator.faults().respond(Route.SYNC, 404, "{\"code\":\"NOT_FOUND\",\"message\":\"no\"}", 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind).containsExactly(SyncProblem.Kind.NOT_FOUND);
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().accepted()).isEqualTo(1);
	}

	@Test
	void unknownReplacedBundleIsGivenUpIfTheCurrentOneIsKnown() {
		SyncDevice device = chainDevice();
		String former = fill(device, Whose.RETIRED, 2);
		this.simulator.deleteBundle(former);
		device.sync();
		device.sync();
		assertThat(device.events(ChainStranded.class))
			.containsExactly(stranded(former, StrandingReason.BUNDLE_UNKNOWN, null));
		assertThat(archived(device)).hasSize(1);
	}

	@Test
	void unknownReplacedBundleIsKeptIfTheCurrentOneIsUnknownToo() {
		SyncDevice device = chainDevice();
		String former = fill(device, Whose.RETIRED, 2);
		device.apiKey(this.simulator.createCustomer("stranger").apiKey());
		device.sync();
		assertThat(device.events(ChainStranded.class)).isEmpty();
		device.apiKey(this.simulator.customer().apiKey()).sync();
		assertThat(hashesAtService(former)).hasSize(2);
	}

	@Test
	void refusedKeyStrandsNothing() {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		this.simulator.faults().respond(Route.SYNC, 403, "{\"code\":\"FORBIDDEN\"}", 1);
		assertThat(device.sync().problems()).extracting(SyncProblem::kind)
			.containsExactly(SyncProblem.Kind.KEY_REFUSED);
		assertThat(device.device().denial()).isNull();
		assertThat(device.sync().accepted()).isEqualTo(1);
	}

	@Test
	void uploadThatIsToldOfARevocationHaltsTheDevice() {
		SyncDevice device = chainDevice();
		device.device().calls(1);
		this.simulator.faults().respond(Route.SYNC, 409, "{\"code\":\"BUNDLE_REVOKED\",\"message\":\"no\"}", 1);
		assertThat(device.sync().revoked()).isTrue();
		assertThat(device.device().denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.sync().accepted()).isEqualTo(1);
	}

}
