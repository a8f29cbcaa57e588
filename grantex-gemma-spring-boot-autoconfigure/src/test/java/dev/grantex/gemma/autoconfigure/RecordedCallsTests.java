package dev.grantex.gemma.autoconfigure;

import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

import dev.grantex.gemma.ScopeViolationException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the calls of an application leave in its log.
 */
class RecordedCallsTests {

	@RegisterExtension
	private final Device device = new Device();

	@Test
	void denialsThatWereOnlyCountedAreWrittenWhenTheApplicationStops() {
		try (RunningApplication running = this.device.run(Applications.Small.class)) {
			for (int i = 0; i < 25; i++) {
				assertThatExceptionOfType(ScopeViolationException.class)
					.isThrownBy(() -> running.bean(Contacts.class).delete());
			}
			assertThat(this.device.results()).isEqualTo(Collections.nCopies(10, "denied"));
		}
		List<JsonNode> entries = this.device.entries();
		assertThat(entries).hasSize(11);
		assertThat(entries.get(10).at("/metadata/count").intValue()).isEqualTo(15);
		assertThat(entries.get(10).at("/metadata/missing_scopes/0").stringValue()).isEqualTo("write:contacts");
	}

	@Test
	void intentsAreRecordedWhereTheApplicationIsConfiguredSo() {
		try (RunningApplication running = this.device.run(Applications.Small.class,
				"grantex.gemma.guard.record-intent=true", "grantex.gemma.audit.durability=os")) {
			running.bean(Contacts.class).find();
		}
		assertThat(this.device.results()).containsExactly("started", "success");
		assertThat(this.device.entries().get(1).at("/metadata/intent").intValue()).isEqualTo(1);
	}

}
