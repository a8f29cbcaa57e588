package dev.grantex.gemma.audit.verifier;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import dev.grantex.gemma.audit.TestChain;
import dev.grantex.gemma.audit.json.EcmaNumber;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@link VerifierCommand} counts in a log.
 */
class ExaminedActivityTests extends AuditorFixture {

	private JsonNode chain(TestChain chain) throws IOException {
		Outcome outcome = verify(log("audit.jsonl", chain.lines()));
		assertThat(outcome.code()).as(outcome.err()).isZero();
		return outcome.chain();
	}

	@Test
	void countsResultsByAction() throws IOException {
		JsonNode activity = chain(TestChain.of("g")
			.append("a", "success", null)
			.append("b", "success", null)
			.append("b", "error", null)
			.append("b", "success", null)).get("activity");
		assertThat(activity.get("actions").toString())
			.isEqualTo("[{\"action\":\"b\",\"entries\":3,\"unproven\":0,\"results\":"
					+ "[{\"result\":\"success\",\"entries\":2},{\"result\":\"error\",\"entries\":1}],\"otherResults\":0},"
					+ "{\"action\":\"a\",\"entries\":1,\"unproven\":0,\"results\":"
					+ "[{\"result\":\"success\",\"entries\":1}],\"otherResults\":0}]");
	}

	@Test
	void countsFoldedDenialsByReason() throws IOException {
		JsonNode denials = chain(TestChain.of("g")
			.append("a", "denied", Map.of("reason", "expired"))
			.append("a", "denied", Map.of("reason", "scope_violation", "count", 500L))
			.append("a", "denied", Map.of("reason", "scope_violation", "count", -7L))
			.append("a", "denied", Map.of("reason", "scope_violation", "count", "many"))
			.append("a", "denied", null)
			.append("a", "success", Map.of("reason", "not a denial"))).get("activity").get("denials");
		assertThat(denials.toString())
			.isEqualTo("[{\"reason\":\"scope_violation\",\"denials\":502,\"entries\":3,\"unproven\":0},"
					+ "{\"reason\":\"expired\",\"denials\":1,\"entries\":1,\"unproven\":0},"
					+ "{\"reason\":\"no reason given\",\"denials\":1,\"entries\":1,\"unproven\":0}]");
	}

	@Test
	void aSumOfHugeCountsStaysPositive() throws IOException {
		TestChain chain = TestChain.of("g");
		for (int i = 0; i < 1100; i++) {
			chain.append("a", "denied", Map.of("reason", "expired", "count", EcmaNumber.MAX_SAFE_INTEGER));
		}
		assertThat(chain(chain).get("activity").get("denials").get(0).get("denials").longValue())
			.isEqualTo(Long.MAX_VALUE);
	}

	@Test
	void reportsStartedEntriesWithoutOutcome() throws IOException {
		JsonNode unfinished = chain(TestChain.of("g")
			.append("a", "started", null)
			.append("a", "started", null)
			.append("a", "success", Map.of("intent", 1L))
			.append("b", "started", null)
			.append("b", "cancelled", Map.of("intent", 4L))
			.append("a", "success", Map.of("intent", 99L))).get("findings").get("unfinished");
		assertThat(unfinished.toString()).isEqualTo("{\"listed\":[2],\"others\":0}");
	}

	@Test
	void listsABoundedNumberOfUnfinishedEntries() throws IOException {
		TestChain chain = TestChain.of("g");
		for (int i = 0; i < 300; i++) {
			chain.append("a", "started", null);
		}
		JsonNode unfinished = chain(chain).get("findings").get("unfinished");
		assertThat(unfinished.get("listed").size()).isEqualTo(50);
		assertThat(unfinished.get("others").intValue()).isEqualTo(250);
	}

	@Test
	void tellsABoundedNumberOfActionsReasonsAndResultsApart() throws IOException {
		TestChain chain = TestChain.of("g");
		for (int i = 0; i < 700; i++) {
			chain.append("action" + i, "denied", Map.of("reason", "reason" + i));
		}
		for (int i = 0; i < 40; i++) {
			chain.append("action0", "result" + i, null);
		}
		JsonNode activity = chain(chain).get("activity");
		assertThat(activity.get("actions").size()).isEqualTo(500);
		assertThat(activity.get("otherActions").intValue()).isEqualTo(200);
		assertThat(activity.get("denials").size()).isEqualTo(100);
		assertThat(activity.get("otherDenials").intValue()).isEqualTo(600);
		assertThat(activity.get("actions").get(0).get("results").size()).isEqualTo(12);
		assertThat(activity.get("actions").get(0).get("otherResults").intValue()).isEqualTo(29);
	}

	@Test
	void spreadsEntriesOverTime() throws IOException {
		JsonNode timeline = chain(TestChain.of("g")
			.append("2026-11-21T08:00:00.100Z", "a", "success", null)
			.append("2026-11-21T08:00:00.900Z", "a", "denied", null)
			.append("2026-11-21T10:00:00+01:00", "a", "error", null)
			.append("2026-11-21T09:00:01", "a", "started", null)).get("activity").get("timeline");
		assertThat(timeline.get("bucketSeconds").intValue()).isOne();
		assertThat(timeline.get("buckets").size()).isEqualTo(3);
		assertThat(timeline.get("buckets").get(0).toString())
			.isEqualTo("{\"start\":\"2026-11-21T08:00:00Z\",\"success\":1,\"denied\":1,\"error\":0,\"cancelled\":0,"
					+ "\"started\":0,\"other\":0,\"unproven\":0}");
	}

	@Test
	void theTimelineStaysBoundedAndOneAbsurdTimeDoesNotFlattenIt() throws IOException {
		TestChain chain = TestChain.of("g", 1000);
		chain.append("9999-12-31T23:59:59.999Z", "a", "success", null);
		chain.append("0001-01-01T00:00:00Z", "a", "success", null);
		JsonNode timeline = chain(chain).get("activity").get("timeline");
		assertThat(timeline.get("buckets").size()).isBetween(20, 96);
		long entries = 0;
		for (JsonNode bucket : timeline.get("buckets")) {
			entries += bucket.get("success").longValue();
		}
		assertThat(entries).isEqualTo(1002);
	}

	@Test
	void countsTimesThatCannotBeReadOrGoBackwards() throws IOException {
		JsonNode extent = chain(TestChain.of("g")
			.append("2026-11-21T08:00:00Z", "a", "success", null)
			.append("yesterday", "a", "success", null)
			.append("", "a", "success", null)
			.append("2026-11-21T08:00:00Z" + " ".repeat(5000), "a", "success", null)
			.append("+999999999-12-31T23:59:59Z", "a", "success", null)
			.append("2026-02-31T00:00:00Z", "a", "success", null)
			.append("2026-11-21T07:00:00Z", "a", "success", null)).get("extent");
		assertThat(extent.get("withoutTime").intValue()).isEqualTo(5);
		assertThat(extent.get("backwardTimes").intValue()).isOne();
		assertThat(extent.get("firstTime").stringValue()).isEqualTo("2026-11-21T07:00:00Z");
		assertThat(extent.get("lastTime").stringValue()).isEqualTo("2026-11-21T08:00:00Z");
	}

	@Test
	void countsWhatCanBeCountedInLinesThatAreNoStrictEntries() throws IOException {
		String line = TestChain.of("g").append("a", "denied", Map.of("reason", "expired", "count", 3L)).lines().get(0);
		Outcome outcome = verify(log("audit.jsonl", List.of(line.replace("\"seq\":1", "\"seq\":\"1\""))));
		assertThat(outcome.code()).isOne();
		JsonNode denial = outcome.chain().get("activity").get("denials").get(0);
		assertThat(denial.get("denials").intValue()).isEqualTo(3);
		assertThat(denial.get("unproven").intValue()).isOne();
	}

}
