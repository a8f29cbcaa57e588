package dev.grantex.gemma.audit.verifier.report;

import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JsonReport}: its members are what programs rely on.
 */
class JsonReportTests {

	private final JsonNode report = new JsonMapper()
		.readTree(JsonReport.render(HtmlReportTests.report(HtmlReportTests.hours(0), true)));

	@Test
	void namesItsFormatAndTheVerdict() {
		assertThat(this.report.propertyNames()).containsExactly("format", "version", "verdict", "verifiedAt",
				"signaturesVerified", "entries", "chains", "otherSeals", "keys", "files");
		assertThat(this.report.get("format").stringValue()).isEqualTo("grantex-gemma-audit-report");
		assertThat(this.report.get("version").intValue()).isOne();
		assertThat(this.report.get("verdict").stringValue()).isEqualTo("broken");
	}

	@Test
	void describesChains() {
		JsonNode chain = this.report.get("chains").get(0);
		assertThat(chain.propertyNames()).containsExactly("grantId", "agent", "form", "verdict", "extent", "findings",
				"activity", "seals");
		assertThat(chain.get("extent").propertyNames()).containsExactly("files", "entries", "intactEntries",
				"firstSequence", "lastSequence", "firstTime", "lastTime", "withoutTime", "backwardTimes");
		assertThat(chain.get("findings").propertyNames()).containsExactly("firstBroken", "breaks", "gaps", "overlaps",
				"inexact", "ambiguous", "unfinished", "otherGrants");
		assertThat(chain.get("findings").get("firstBroken").propertyNames()).containsExactly("file", "line", "sequence",
				"expected", "reason");
		assertThat(chain.get("findings").get("unfinished").toString()).isEqualTo("{\"listed\":[5],\"others\":60}");
		assertThat(chain.get("activity").propertyNames()).containsExactly("actions", "otherActions", "denials",
				"otherDenials", "timeline");
		assertThat(chain.get("activity").get("timeline").get("buckets").get(0).propertyNames()).containsExactly("start",
				"success", "denied", "error", "cancelled", "started", "other", "unproven");
	}

	@Test
	void describesSealsKeysAndFiles() {
		JsonNode seal = this.report.get("chains").get(0).get("seals").get(0);
		assertThat(seal.propertyNames()).containsExactly("file", "state", "signatureVerified", "statement", "missing",
				"notKept");
		assertThat(seal.get("statement").propertyNames()).containsExactly("bundleId", "grantId", "generation",
				"sequence", "hash", "firstKept", "synchronizedThrough", "damagedAt", "refreshPending", "revoked",
				"closed");
		assertThat(this.report.get("otherSeals").get(0).get("statement").isNull()).isTrue();
		assertThat(this.report.get("keys").toString())
			.isEqualTo("[{\"fingerprint\":\"ab\",\"source\":\"<key>\",\"entries\":5}]");
		assertThat(this.report.get("files").toString())
			.isEqualTo("[{\"file\":\"<f>\",\"state\":\"entries\",\"bytes\":100,"
					+ "\"lines\":5,\"unfinishedLastLine\":true}]");
	}

	@Test
	void makesTextsHarmless() {
		AuditReport hostile = new AuditReport(Verdict.EMPTY, "\u001b\u202e", true, 0, List.of(), List.of(), List.of(),
				List.of());
		assertThat(JsonReport.render(hostile)).contains("\"<U+001B><U+202E>\"").endsWith("}\n");
	}

}
