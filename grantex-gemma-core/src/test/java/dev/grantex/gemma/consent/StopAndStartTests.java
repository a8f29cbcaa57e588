package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;

import dev.grantex.gemma.bundle.ConsentBundle;
import dev.grantex.gemma.bundle.Revocation;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Stopping and starting in one process while calls are under way.
 */
class StopAndStartTests extends ServiceFixture {

	@Test
	void goesOnInTheChainThatACallKeptOpen() {
		Device device = device();
		CallDecision call = device.consent().decide();
		device.consent().close();
		assertThat(device.denial()).isEqualTo(DenialReason.NOT_RUNNING);
		device.consent().open();
		assertThat(device.call("tool:next").seq()).isEqualTo(1);
		assertThat(call.recordOutcome("tool:late", call.grant(), "success", Map.of()).seq()).isEqualTo(2);
		call.close();
		assertThat(device.call("tool:last").seq()).isEqualTo(3);
		device.restart();
		assertThat(device.log().headSequence()).isEqualTo(3);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void holdsTheChainOnceHoweverOftenItIsStopped() {
		Device device = device();
		CallDecision call = device.consent().decide();
		for (int i = 0; i < 3; i++) {
			device.consent().close();
			device.consent().open();
			assertThat(device.denial()).isNull();
		}
		call.close();
		device.consent().close();
		assertThat(new Device(this.directory, this.clock, this.request).open().denial()).isNull();
	}

	@Test
	void goesOnUnderTheKeyOfARefresh() {
		Device device = device();
		CallDecision call = device.consent().decide();
		device.consent().auditKey().refresh(this.client.refresh(device.bundle().bundleId()));
		device.consent().close();
		device.consent().open();
		assertThat(device.denial()).isNull();
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		device.restart();
		assertThat(device.verifyChain().valid()).isTrue();
		assertThat(device.log().headSequence()).isEqualTo(1);
	}

	@Test
	void bundleThatWasExchangedMeanwhileWaitsForTheCall() {
		Device device = device();
		CallDecision call = device.consent().decide();
		device.consent().close();
		ConsentBundle exchanged = issue();
		device.repository().save(exchanged);
		device.consent().open();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_HELD);
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		this.clock.advance(Duration.ofSeconds(10));
		assertThat(device.call("tool:next").seq()).isEqualTo(1);
		assertThat(device.bundle().bundleId()).isEqualTo(exchanged.bundleId());
	}

	@Test
	void revocationLearnedWhileACallIsUnderWayAfterTheStopIsInTheSeal() throws IOException {
		Device device = device();
		byte[] older = Files.readAllBytes(device.bundleFile());
		CallDecision call = device.consent().decide();
		device.consent().close();
		device.consent().revoke(new Revocation(TestClock.START, true));
		call.recordOutcome("tool:late", call.grant(), "success", Map.of());
		call.close();
		Files.write(device.bundleFile(), older);
		device.consent().open();
		assertThat(device.denial()).isEqualTo(DenialReason.REVOKED);
		assertThat(device.log().headSequence()).isEqualTo(1);
	}

	@Test
	void otherDeviceInTheSameProcessIsNotCalledAProcess() {
		Device device = device();
		CallDecision call = device.consent().decide();
		device.consent().close();
		Device other = emptyDevice();
		assertThat(other.denial()).isEqualTo(DenialReason.LOG_HELD);
		assertThat(other.denial().code()).isEqualTo("log_locked");
		assertThat(other.denial().message() + other.denial().remedy()).doesNotContain("process");
		call.close();
		this.clock.advance(Duration.ofSeconds(10));
		assertThat(other.denial()).isNull();
	}

}
