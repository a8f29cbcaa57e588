package dev.grantex.gemma.consent;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import dev.grantex.gemma.GrantexGemmaException;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.StrandingReason;
import dev.grantex.gemma.consent.ChainStanding.LastAccepted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What happens on the device when its chain can no longer grow on the service.
 */
class StrandingTests extends ServiceFixture {

	@ParameterizedTest
	@EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DEVICE_ERASED")
	void haltsCallsAndSaysWhy(StrandingReason reason) {
		Device device = device();
		device.consent().chain().strand(reason, 7L);
		assertThat(device.denial().code()).isEqualTo(reason.code());
		assertThat(device.consent().status().stranding().sequence()).isEqualTo(7);
		device.restart();
		assertThat(device.denial().code()).isEqualTo(reason.code());
	}

	@Test
	void firstReasonStays() {
		Device device = device();
		device.consent().chain().strand(StrandingReason.FORKED, null);
		device.consent().chain().strand(StrandingReason.ENTRY_REFUSED, null);
		assertThat(device.denial()).isEqualTo(DenialReason.FORKED);
	}

	@Test
	void haltsInMemoryEvenIfItCannotBeStored() {
		Device device = device();
		device.repository().failSaves(1);
		assertThatExceptionOfType(GrantexGemmaException.class)
			.isThrownBy(() -> device.consent().chain().strand(StrandingReason.FORKED, null));
		assertThat(device.denial()).isEqualTo(DenialReason.FORKED);
		device.consent().settle();
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.FORKED);
	}

	@Test
	void denialsAreNotAppended() {
		Device device = device();
		device.calls(1);
		device.consent().chain().strand(StrandingReason.FORKED, null);
		try (CallDecision decision = device.consent().decide()) {
			assertThat(decision.isRecordable()).isFalse();
		}
	}

	@Test
	void callsUnderWayAreRecorded() {
		Device device = device();
		CallDecision call = device.consent().decide();
		device.consent().chain().strand(StrandingReason.FORKED, null);
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		assertThat(device.log().headSequence()).isEqualTo(1);
	}

	@Test
	void revocationIsTheMoreFinalReason() {
		Device device = device();
		device.consent().chain().strand(StrandingReason.FORKED, null);
		device.consent().revoke(new Revocation(this.clock.instant(), true));
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.consent().status().stranding().reason()).isEqualTo(StrandingReason.FORKED);
	}

	@Test
	void chainThatCaughtUpGoesOn() {
		Device device = device();
		device.consent().chain().strand(StrandingReason.ROLLED_BACK, 9L);
		device.consent().chain().relieve();
		assertThat(device.denial()).isNull();
		device.restart();
		assertThat(device.denial()).isNull();
	}

	@Test
	void onlyARolledBackChainCanCatchUp() {
		Device device = device();
		device.consent().chain().strand(StrandingReason.FORKED, null);
		device.consent().chain().relieve();
		assertThat(device.denial()).isEqualTo(DenialReason.FORKED);
	}

	@Test
	void unknownBundleHaltsCallsUntilItIsKnownAgain() {
		Device device = device();
		device.consent().chain().markUnknown();
		assertThat(device.denial()).isEqualTo(DenialReason.BUNDLE_UNKNOWN);
		device.consent().chain().markKnown();
		assertThat(device.denial()).isNull();
	}

	@Test
	void unknownBundleIsNotRememberedOverARestart() {
		Device device = device();
		device.consent().chain().markUnknown();
		assertThat(device.restart().denial()).isNull();
	}

	@Test
	void chainThatCanGoOnIsNotGivenUp() {
		Device device = device();
		ConsentBundle before = device.bundle();
		assertThatIllegalStateException()
			.isThrownBy(() -> device.consent().chain().beginAnew(issue(), this.request, new LastAccepted(0, null)));
		assertThat(device.bundle()).isEqualTo(before);
		assertThat(device.denial()).isNull();
	}

	@Test
	void chainWithACallUnderWayIsNotGivenUpYet() {
		Device device = device();
		CallDecision call = device.consent().decide();
		device.consent().chain().strand(StrandingReason.FORKED, null);
		ConsentBundle issued = issue();
		assertThatIllegalStateException()
			.isThrownBy(() -> device.consent().chain().beginAnew(issued, this.request, new LastAccepted(0, null)));
		assertThat(device.denial()).isEqualTo(DenialReason.FORKED);
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		device.consent().reopen();
		device.consent().chain().beginAnew(issued, this.request, new LastAccepted(0, null));
		assertThat(device.denial()).isNull();
	}

}
