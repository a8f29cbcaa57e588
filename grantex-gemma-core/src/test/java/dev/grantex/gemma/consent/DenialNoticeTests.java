package dev.grantex.gemma.consent;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.bundle.Revocation;
import dev.grantex.gemma.bundle.StrandingReason;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the application's log says about calls that are denied.
 */
@ExtendWith(OutputCaptureExtension.class)
class DenialNoticeTests extends ServiceFixture {

	private static final String PERMITTED = "permitted again";

	@Test
	void tellsWhenTheServiceDoesNotKnowTheBundleAndWhenItDoesAgain(CapturedOutput output) {
		Device device = device();
		for (int i = 0; i < 3; i++) {
			device.consent().chain().markUnknown();
			device.denial();
		}
		assertThat(lines(output)).containsExactly("denied (bundle_unknown)");
		assertThat(output).contains(DenialReason.BUNDLE_UNKNOWN.remedy());
		device.consent().chain().markKnown();
		device.denial();
		assertThat(lines(output)).containsExactly("denied (bundle_unknown)", PERMITTED);
	}

	@Test
	void tellsOfARevocationOnceAndAgainAfterARestart(CapturedOutput output) {
		Device device = device();
		device.consent().revoke(new Revocation(this.clock.instant(), true));
		device.consent().revoke(new Revocation(this.clock.instant(), true));
		device.denial();
		assertThat(lines(output)).containsExactly("denied (revoked)");
		device.restart().denial();
		assertThat(lines(output)).containsExactly("denied (revoked)", "denied (revoked)");
	}

	@Test
	void tellsOfAStrandedChain(CapturedOutput output) {
		Device device = device();
		device.consent().chain().strand(StrandingReason.FORKED, 1L);
		assertThat(lines(output)).containsExactly("denied (forked)");
	}

	@Test
	void tellsWhatTimeHasChangedOnceSomebodyLooks(CapturedOutput output) {
		Device device = device();
		Instant now = this.clock.instant();
		this.clock.set(device.bundle().offlineExpiresAt().plusSeconds(60));
		device.denial();
		device.consent().reopen();
		assertThat(lines(output)).containsExactly("denied (expired)");
		this.clock.set(now.minus(Duration.ofDays(1)));
		device.consent().reopen();
		assertThat(lines(output)).containsExactly("denied (expired)", "denied (clock_rollback)");
	}

	@Test
	void tellsOfALogThatCannotBeOpenedAndThatItIsOpenAgain(CapturedOutput output) {
		Device device = device();
		device.logFault(AuditLogException.LOG_UNWRITABLE);
		device.restart();
		device.denial();
		device.logFault(null);
		this.clock.advance(Duration.ofSeconds(11));
		device.denial();
		assertThat(lines(output)).containsExactly("denied (log_unwritable)", PERMITTED);
	}

	@Test
	void saysNothingOfAFirstBundleThatComesAtOnce(CapturedOutput output) {
		device().call("tool:first");
		assertThat(lines(output)).isEmpty();
	}

	@Test
	void saysThatThereIsNoBundleOnceACallIsDenied(CapturedOutput output) {
		Device device = emptyDevice();
		assertThat(lines(output)).isEmpty();
		device.denial();
		device.denial();
		assertThat(lines(output)).containsExactly("denied (no_bundle)");
		device.consent().replace(issue(), this.request);
		assertThat(lines(output)).containsExactly("denied (no_bundle)", PERMITTED);
	}

	@Test
	void saysNothingWhenItIsClosed(CapturedOutput output) {
		Device device = device();
		device.close();
		device.denial();
		assertThat(lines(output)).isEmpty();
	}

	@Test
	void whatChangesAllTheTimeIsToldTenTimesAMinuteAndAsItIsAtLast(CapturedOutput output) {
		AtomicReference<DenialReason> standing = new AtomicReference<>();
		DenialNotice notice = new DenialNotice(() -> status(standing.get()), this.clock);
		for (int i = 0; i < 1_001; i++) {
			standing.set((i % 2 == 0) ? DenialReason.LOG_FULL : null);
			notice.note(standing.get());
		}
		assertThat(lines(output)).hasSize(10).last().isEqualTo(PERMITTED);
		this.clock.advance(Duration.ofMinutes(1));
		notice.note(DenialReason.LOG_FULL);
		notice.note(DenialReason.LOG_FULL);
		assertThat(lines(output)).hasSize(11).last().isEqualTo("denied (log_full)");
	}

	@Test
	void whoFoundSomethingThatIsNoLongerSoTellsNothing(CapturedOutput output) {
		DenialNotice notice = new DenialNotice(() -> status(DenialReason.REVOKED), this.clock);
		notice.look();
		notice.note(null);
		assertThat(lines(output)).containsExactly("denied (revoked)");
	}

	private static ConsentStatus status(@Nullable DenialReason denial) {
		return new ConsentStatus(denial, null, null, null, null, 0, null,
				new ConsentStatus.Clocks(Instant.EPOCH, null));
	}

	private static List<String> lines(CapturedOutput output) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains("Guarded calls are "))
			.map((line) -> line.replaceFirst(".*Guarded calls are (denied \\([a-z_]+\\)|permitted again).*", "$1"))
			.toList();
	}

}
