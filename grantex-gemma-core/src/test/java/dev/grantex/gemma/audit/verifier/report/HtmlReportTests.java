package dev.grantex.gemma.audit.verifier.report;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

import dev.grantex.gemma.audit.verifier.report.AuditReport.FileReport;
import dev.grantex.gemma.audit.verifier.report.AuditReport.FileState;
import dev.grantex.gemma.audit.verifier.report.AuditReport.KeyReport;
import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ActionReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainActivity;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainBreak;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainExtent;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainFindings;
import dev.grantex.gemma.audit.verifier.report.ChainReport.DenialReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.EntryPosition;
import dev.grantex.gemma.audit.verifier.report.ChainReport.Overlap;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ResultReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.SequenceRange;
import dev.grantex.gemma.audit.verifier.report.ChainReport.Timeline;
import dev.grantex.gemma.audit.verifier.report.ChainReport.TimelineBucket;
import dev.grantex.gemma.audit.verifier.report.SealReport.SealState;
import dev.grantex.gemma.audit.verifier.report.SealReport.SealStatement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HtmlReport}.
 */
class HtmlReportTests {

	static AuditReport report(List<TimelineBucket> buckets, boolean signaturesVerified) {
		ChainActivity activity = new ChainActivity(
				List.of(new ActionReport("<b>", 5, 1,
						List.of(new ResultReport("success", 3), new ResultReport("\"<i>", 2)), 0)),
				2, List.of(new DenialReport("expired & over", 7, 2, 0)), 1, new Timeline(3600, buckets));
		ChainBreak broken = new ChainBreak("<f>", 3, 3L, 2L, "the hash does not match the fields");
		ChainFindings findings = new ChainFindings(broken, new Listing<>(List.of(broken, broken), 4),
				new Listing<>(List.of(new SequenceRange(4, 9)), 0),
				new Listing<>(List.of(new Overlap("<f>", 1, 2, false)), 0),
				new Listing<>(List.of(new EntryPosition("<f>", 1, 1)), 0), new Listing<>(List.of(), 0),
				new Listing<>(List.of(5L), 60), 3);
		SealStatement statement = new SealStatement("<bundle>", "<g>", 3, 9, "<hash>", 2, 1, 4, true, true, true);
		SealReport seal = new SealReport("<seal>", SealState.TRUNCATED, true, statement, null, null);
		ChainReport chain = new ChainReport("<g>", "<agent>", "wire", Verdict.BROKEN,
				new ChainExtent(List.of("<f>"), 5, 4, 3, 8, "2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z", 1, 1),
				findings, activity, List.of(seal));
		return new AuditReport(Verdict.BROKEN, "2026-11-22T10:00:00Z", signaturesVerified, 5, List.of(chain),
				List.of(new SealReport("<other>", SealState.DAMAGED, false, null, null, null)),
				List.of(new KeyReport("ab", "<key>", 5)),
				List.of(new FileReport("<f>", FileState.ENTRIES, 100, 5, true)));
	}

	static List<TimelineBucket> hours(int... hours) {
		List<TimelineBucket> buckets = new ArrayList<>();
		for (int hour : hours) {
			String start = Instant.parse("2026-11-21T00:00:00Z").plusSeconds(hour * 3600L).toString();
			buckets.add(new TimelineBucket(start, 3, 2, 1, 1, 1, 1, 2));
		}
		return buckets;
	}

	@Test
	void isOneWellFormedPage() throws Exception {
		Document page = parse(HtmlReport.render(report(hours(0, 1, 5, 100), true)));
		assertThat(page.getDocumentElement().getTagName()).isEqualTo("html");
		assertThat(page.getElementsByTagName("h1").getLength()).isOne();
	}

	@Test
	void needsAndAllowsNothingElse() throws Exception {
		String page = HtmlReport.render(report(hours(0), true));
		assertThat(page).doesNotContain("http:", "https:", "<script", "src=", "href=", "@import", "style=", " onload");
		assertThat(page).doesNotContainPattern("url\\((?!#)");
		Matcher policy = Pattern
			.compile("content=\"default-src 'none'; style-src 'sha256-([^']+)'; base-uri 'none'; "
					+ "form-action 'none'\"")
			.matcher(page);
		assertThat(policy.find()).isTrue();
		String style = page.substring(page.indexOf("<style>") + 7, page.indexOf("</style>"));
		byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
		assertThat(policy.group(1)).isEqualTo(Base64.getEncoder().encodeToString(digest));
	}

	@Test
	void drawsABarForEverySpanAndABreakForALongPause() throws Exception {
		String page = HtmlReport.render(report(hours(0, 1, 5, 100), true));
		assertThat(page.split("<g><title>", -1)).hasSize(5);
		assertThat(page.split("class=\"pause\"", -1)).hasSize(2);
		assertThat(page).contains(
				"2026-11-25T04:00:00Z: 3 success, 2 denied, 1 error, 1 cancelled, 1 started, 1 other, " + "2 unproven");
	}

	@Test
	void aChainWithoutTimesHasNoTimeline() {
		assertThat(HtmlReport.render(report(List.of(), true))).doesNotContain("<h3>Timeline")
			.contains("Results by action");
	}

	@Test
	void saysLoudlyThatTheOriginIsNotProven() {
		assertThat(HtmlReport.render(report(List.of(), false)))
			.contains("<p class=\"alarm\"><bdi>No public key was given");
		assertThat(HtmlReport.render(report(List.of(), true))).doesNotContain("No public key was given");
	}

	@Test
	void namesWhatIsBrokenFirst() {
		assertThat(HtmlReport.render(report(List.of(), true)))
			.contains("First broken: <bdi>&lt;f&gt;</bdi>, <bdi>line 3, sequence 3 where 2 belongs</bdi>");
	}

	/**
	 * The page keeps to what HTML and XML have in common, but for elements without an end
	 * tag.
	 */
	private static Document parse(String page) throws Exception {
		String xml = page.replace("<!DOCTYPE html>", "")
			.replaceAll("<(meta [^>]*)>", "<$1/>")
			.replaceAll("<th([^>]*)>([^<]*)", "<th$1>$2</th>")
			.replace("<the</th>ad>", "<thead>")
			.replace("<thead></th>", "<thead>");
		DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
		factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
		return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
	}

}
