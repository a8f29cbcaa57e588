package dev.grantex.gemma.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.WebApplicationType;

import dev.grantex.gemma.CallDeniedException;
import dev.grantex.gemma.CallNotRecordedException;
import dev.grantex.gemma.audit.OfflineAuditLog;
import dev.grantex.gemma.consent.DeviceConsent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What happens when evidence that cannot be delivered fills the log.
 */
class FullAuditLogTests {

	private static final String[] SMALL = { RunningApplication.WITHOUT_SECURITY, "grantex.gemma.audit.max-size=2KB",
			"grantex.gemma.audit.max-total-size=10KB", "grantex.gemma.sync.enabled=false" };

	@RegisterExtension
	private final Device device = new Device();

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void callsAreDeniedUntilTheServiceCanBeReachedAgain(WebApplicationType type) throws IOException {
		try (RunningApplication running = this.device.run(type, Applications.Complete.class, SMALL)) {
			this.device.service().faults().unreachable();
			long calls = callUntilDenied(running);
			assertThat(calls).isBetween(8L, 20L);
			assertThat(size()).isBetween(7 * 1024L, 10 * 1024L);
			assertFull(running);
			running.synchronize();
			assertFull(running);
			this.device.service().faults().reachable();
			JsonNode result = running.synchronize();
			assertThat(result.get("accepted").longValue()).isGreaterThanOrEqualTo(calls);
			assertThat(result.get("unsynchronized").intValue()).isZero();
			assertWorks(running);
		}
		try (RunningApplication running = this.device.run(type, Applications.Complete.class, SMALL)) {
			assertWorks(running);
		}
	}

	@Test
	void aLongLifeNeedsNoMoreRoom() throws IOException {
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Applications.Complete.class,
				SMALL)) {
			for (int i = 1; i <= 9; i++) {
				callAndSynchronize(running);
				// In between, what is to be verified next is deleted.
				if (i % 4 == 1) {
					assertVerified(running, 5L * i);
				}
				assertThat(size()).isLessThanOrEqualTo(10 * 1024);
			}
			assertThat(running.bean(DeviceConsent.class).log().map(OfflineAuditLog::firstSequence))
				.hasValueSatisfying((first) -> assertThat(first).isGreaterThan(30));
		}
	}

	@Test
	void damageIsCountedFromWhatIsKeptAndGoesWithIt() throws IOException {
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Applications.Complete.class,
				SMALL)) {
			for (int i = 0; i < 5; i++) {
				callAndSynchronize(running);
			}
			Path oldest = closed().first();
			String text = Files.readString(oldest);
			int second = text.indexOf('\n') + 1;
			Files.writeString(oldest, text.substring(0, second) + text.substring(second).replace("success", "Success"));
			JsonNode verdict = running.json("/actuator/grantex/audit");
			assertThat(verdict.get("valid").booleanValue()).isFalse();
			assertThat(verdict.get("firstSequence").longValue()).isEqualTo(sequence(text)).isGreaterThan(1);
			assertThat(verdict.get("brokenAt").intValue()).isEqualTo(1);
			assertThat(verdict.get("entries").intValue()).isEqualTo(1);
			for (int i = 0; i < 4; i++) {
				callAndSynchronize(running);
			}
			assertVerified(running, 45);
		}
	}

	@Test
	void oldEvidenceIsDeletedOnceTheServiceHasIt() throws IOException {
		try (RunningApplication running = this.device.run(WebApplicationType.SERVLET, Applications.Complete.class,
				RunningApplication.WITHOUT_SECURITY, "grantex.gemma.audit.max-size=2KB",
				"grantex.gemma.audit.retention=1ms", "grantex.gemma.sync.on-startup=false")) {
			for (int i = 0; i < 12; i++) {
				running.bean(Contacts.class).find();
			}
			assertThat(closed()).hasSizeGreaterThan(2);
			assertThat(running.json("/actuator/grantex/audit").get("firstSequence").intValue()).isEqualTo(1);
			running.synchronize();
			assertThat(closed()).isEmpty();
			assertThat(running.json("/actuator/grantex/audit").get("entries").intValue()).isBetween(1, 4);
		}
	}

	private static void callAndSynchronize(RunningApplication running) {
		for (int i = 0; i < 5; i++) {
			running.bean(Contacts.class).find();
		}
		assertThat(running.synchronize().get("accepted").intValue()).isEqualTo(5);
	}

	private static void assertVerified(RunningApplication running, long last) {
		JsonNode verdict = running.json("/actuator/grantex/audit");
		assertThat(verdict.get("valid").booleanValue()).isTrue();
		assertThat(verdict.get("firstSequence").longValue() + verdict.get("entries").longValue()).isEqualTo(last + 1);
	}

	private static long sequence(String line) {
		return Long.parseLong(line.replaceAll("(?s)^\\{\"seq\":([0-9]+),.*", "$1"));
	}

	private static long callUntilDenied(RunningApplication running) {
		for (int i = 0; i < 100; i++) {
			try {
				running.bean(Contacts.class).find();
			}
			catch (CallDeniedException | CallNotRecordedException ex) {
				return i;
			}
		}
		throw new AssertionError("Never full");
	}

	private static void assertFull(RunningApplication running) {
		assertThatExceptionOfType(CallDeniedException.class).isThrownBy(() -> running.bean(Contacts.class).find())
			.returns("log_full", CallDeniedException::reason);
		assertThat(running.get("/find").statusCode()).isEqualTo(503);
		assertThat(running.get("/find").body()).contains("log_full");
		assertThat(running.health().get("status").stringValue()).isEqualTo("DOWN");
		assertThat(running.health().at("/details/reason").stringValue()).isEqualTo("log_full");
		JsonNode status = running.json("/actuator/grantex");
		assertThat(status.get("permitted").booleanValue()).isFalse();
		assertThat(status.get("reason").stringValue()).isEqualTo("log_full");
		assertThat(status.get("remedy").stringValue()).contains("max-total-size");
	}

	private static void assertWorks(RunningApplication running) {
		assertThat(running.health().get("status").stringValue()).isEqualTo("UP");
		assertThat(running.json("/actuator/grantex").get("permitted").booleanValue()).isTrue();
		assertThat(running.get("/find").body()).isEqualTo("Ada");
		JsonNode verdict = running.json("/actuator/grantex/audit");
		assertThat(verdict.get("valid").booleanValue()).isTrue();
		assertThat(verdict.get("brokenAt").intValue()).isEqualTo(-1);
		assertThat(verdict.get("firstSequence").longValue()).isGreaterThan(1);
	}

	private long size() throws IOException {
		try (Stream<Path> files = Files.list(this.device.directory())) {
			return files.filter((file) -> file.toString().endsWith(".jsonl"))
				.mapToLong((file) -> file.toFile().length())
				.sum();
		}
	}

	private SortedSet<Path> closed() throws IOException {
		try (Stream<Path> files = Files.list(this.device.directory())) {
			return files.filter((file) -> file.getFileName().toString().matches("audit-.*\\.jsonl"))
				.collect(Collectors.toCollection(TreeSet::new));
		}
	}

}
