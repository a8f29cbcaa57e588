package dev.grantex.gemma.consent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Files of a stored bundle that are not where they were: calls are denied, nothing is
 * begun in their place, and all is well again once they are back.
 */
class MissingFilesTests extends ServiceFixture {

	@TempDir
	private Path elsewhere;

	@ParameterizedTest
	@ValueSource(strings = { "audit.jsonl", "audit.seal", "audit.jsonl audit.seal" })
	void denyUntilTheyAreBack(String names) throws IOException {
		Device device = device();
		device.calls(3);
		device.close();
		move(names, this.directory, this.elsewhere);
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_MISSING);
		assertThat(device.consent().status().denial()).isEqualTo(DenialReason.LOG_MISSING);
		assertThat(device.consent().status().bundle()).isNotNull();
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
		move(names, this.elsewhere, this.directory);
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_MISSING);
		this.clock.advance(Duration.ofSeconds(10));
		assertThat(device.call("tool:read").seq()).isEqualTo(4);
		assertThat(device.verifyChain().valid()).isTrue();
	}

	@Test
	void aLogMissesNothingBeforeItsFirstEntry() throws IOException {
		Device device = device();
		device.close();
		Files.delete(device.logFile());
		device.restart();
		assertThat(device.call("tool:read").seq()).isEqualTo(1);
	}

	@Test
	void closedFileDeniesUntilItIsBack() throws IOException {
		Device device = device();
		device.calls(1);
		String closed = "audit-" + grantId(device) + "-000000000001.jsonl";
		device.close();
		try (var log = device.auditLog(device.bundle()).maxSize(1).open()) {
			log.append("tool:read", null, "success", null);
		}
		move(closed, this.directory, this.elsewhere);
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_MISSING);
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
		move(closed, this.elsewhere, this.directory);
		device.consent().reopen();
		assertThat(device.call("tool:read").seq()).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { "audit.seal", "audit.jsonl audit.seal" })
	void ofAnotherBundleInTheirPlaceAreMissingToo(String names) throws IOException {
		Device device = device();
		device.calls(2);
		device.close();
		try (Device other = new Device(this.elsewhere, this.clock, this.request).open()) {
			other.consent().replace(issue(), this.request);
			other.calls(2);
		}
		move(names, this.elsewhere, this.directory);
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_MISSING);
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
	}

	@Test
	void sealThatNobodyCanReadIsDamaged() throws IOException {
		Device device = device();
		device.calls(2);
		device.close();
		Files.write(this.directory.resolve("audit.seal"), new byte[8192]);
		Map<String, String> left = Copies.contents(this.directory);
		device.restart();
		assertThat(device.denial()).isEqualTo(DenialReason.LOG_CORRUPTED);
		assertThat(Copies.contents(this.directory)).isEqualTo(left);
	}

	private static String grantId(Device device) {
		return device.consent().status().grant().grantId();
	}

	private static void move(String names, Path from, Path to) throws IOException {
		for (String name : names.split(" ")) {
			Files.move(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
		}
	}

}
