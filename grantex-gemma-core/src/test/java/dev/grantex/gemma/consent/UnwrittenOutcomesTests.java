package dev.grantex.gemma.consent;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.audit.AuditLogException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.audit.SignedAuditEntry;
import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.disk.RecordingFileSystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Calls that ended while their outcome could not be written.
 */
class UnwrittenOutcomesTests extends ServiceFixture {

	private RecordingFileSystem disk;

	private Device device;

	@BeforeEach
	void putTheDeviceOnAFaultyDisk() throws IOException {
		this.disk = RecordingFileSystem.over(this.directory);
		this.device = closeAfterTest(new Device(this.disk.root(), this.clock, this.request)).open();
		this.device.consent().replace(issue(), this.request);
	}

	@Test
	void everyCallIsDeniedUntilTheOutcomeIsWrittenFirstOfAll() {
		CallDecision decision = this.device.consent().decide();
		this.disk.faults().readOnly();
		fails(decision, "tool:late");
		this.clock.advance(Duration.ofMinutes(3));
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> this.device.call("tool:denied"));
		ConsentStatus status = this.device.consent().status();
		assertThat(status.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThat(status.audit().unwritten()).isOne();
		this.disk.faults().clear();
		this.device.call("tool:next");
		assertThat(this.device.consent().status().audit().unwritten()).isZero();
		List<SignedAuditEntry> entries = entries(this.device.log());
		assertThat(entries).extracting(SignedAuditEntry::action).containsExactly("tool:late", "tool:next");
		assertThat(entries).extracting(SignedAuditEntry::timestamp)
			.containsExactly("2026-11-21T12:00:00.250Z", "2026-11-21T12:03:00.250Z");
		assertThat(this.device.verifyChain().valid()).isTrue();
	}

	@Test
	void outcomeOnAReplacedBundlesChainIsWaitedForToo() {
		ConsentBundle former = this.device.bundle();
		CallDecision decision = this.device.consent().decide();
		this.device.consent().replace(issue(), this.request);
		this.disk.faults().readOnly();
		fails(decision, "tool:late");
		assertThat(this.device.denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThat(this.device.consent().status().denial()).isEqualTo(DenialReason.LOG_UNWRITABLE);
		assertThat(isOpen(former)).isTrue();
		this.disk.faults().clear();
		this.device.call("tool:next");
		assertThat(isOpen(former)).isFalse();
		assertThat(this.device.consent().status().denial()).isNull();
		assertThat(entries(this.device.log())).extracting(SignedAuditEntry::action).containsExactly("tool:next");
		try (OfflineAuditLog log = this.device.openRetired(former)) {
			assertThat(entries(log)).extracting(SignedAuditEntry::action).containsExactly("tool:late");
		}
	}

	@Test
	void synchronizationWritesWhatAReplacedBundlesChainOwes() {
		ConsentBundle former = this.device.bundle();
		CallDecision decision = this.device.consent().decide();
		this.device.consent().replace(issue(), this.request);
		this.disk.faults().readOnly();
		fails(decision, "tool:late");
		this.disk.faults().clear();
		assertThat(isOpen(former)).isFalse();
		assertThat(this.device.consent().status().denial()).isNull();
	}

	@Test
	void stoppingWritesWhatAReplacedBundlesChainOwes() {
		ConsentBundle former = this.device.bundle();
		CallDecision decision = this.device.consent().decide();
		this.device.consent().replace(issue(), this.request);
		this.disk.faults().readOnly();
		fails(decision, "tool:late");
		this.disk.faults().clear();
		this.device.restart();
		assertThat(this.device.denial()).isNull();
		try (OfflineAuditLog log = this.device.openRetired(former)) {
			assertThat(entries(log)).extracting(SignedAuditEntry::action).containsExactly("tool:late");
		}
	}

	@Test
	void stoppingWaitsForNothingThatCannotBeWritten() {
		ConsentBundle former = this.device.bundle();
		CallDecision decision = this.device.consent().decide();
		this.device.consent().replace(issue(), this.request);
		this.disk.faults().readOnly();
		fails(decision, "tool:late");
		this.device.close();
		this.disk.faults().clear();
		this.device.open();
		assertThat(this.device.denial()).isNull();
		assertThat(isOpen(former)).isFalse();
	}

	private void fails(CallDecision decision, String action) {
		try (decision) {
			assertThatExceptionOfType(AuditLogException.class)
				.isThrownBy(() -> decision.recordOutcome(action, decision.grant(), "success", Map.of()));
		}
	}

	private boolean isOpen(ConsentBundle former) {
		return this.device.consent().readLeavingChain(former.bundleId(), (log) -> {
		});
	}

	private static List<SignedAuditEntry> entries(OfflineAuditLog log) {
		try (Stream<SignedAuditEntry> entries = log.read(1)) {
			return entries.toList();
		}
	}

}
