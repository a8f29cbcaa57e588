package dev.grantex.gemma.audit.verifier.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;
import dev.grantex.gemma.audit.verifier.report.ChainActivity.ActionReport;
import dev.grantex.gemma.audit.verifier.report.ChainActivity.DenialReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainBreak;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainExtent;

/**
 * A report as one page that needs nothing else: no script, no font, no picture from
 * elsewhere, and a content security policy that forbids them. It follows the reader's
 * preference for light or dark and can be printed.
 */
public final class HtmlReport {

	private static final int MAX_ROWS = 100;

	private final Html html = new Html();

	private final AuditReport report;

	private HtmlReport(AuditReport report) {
		this.report = report;
	}

	/**
	 * Writes a report.
	 * @param report the report
	 * @return an HTML document, to be stored in UTF-8
	 */
	public static String render(AuditReport report) {
		HtmlReport page = new HtmlReport(report);
		page.write();
		return page.html.toString();
	}

	private void write() {
		head();
		this.html.markup("<body>\n").markup(HtmlTimeline.DEFINITIONS).markup("<main>\n");
		header();
		this.report.chains().forEach(this::chain);
		if (!this.report.otherSeals().isEmpty()) {
			this.html.markup("<section class=\"card broken\"><h2>Seals of none of these chains</h2>\n");
			this.report.otherSeals().forEach((seal) -> seal(seal));
			this.html.markup("</section>\n");
		}
		files();
		this.html.markup("</main>\n</body>\n</html>\n");
	}

	private void head() {
		this.html.markup("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
			.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
			.markup(digest(HtmlStyle.CSS))
			.markup("'; base-uri 'none'; form-action 'none'\">\n")
			.markup("<meta name=\"referrer\" content=\"no-referrer\">\n")
			.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
			.markup("<meta name=\"color-scheme\" content=\"light dark\">\n<title>Audit log: ")
			.plain(Wording.headline(this.report))
			.markup("</title>\n<style>")
			.markup(HtmlStyle.CSS)
			.markup("</style>\n</head>\n");
	}

	private void header() {
		String tone = tone(this.report.verdict());
		this.html.markup("<header class=\"banner " + tone + "\">")
			.element("h1", "", Wording.headline(this.report))
			.element("p", "", Wording.summary(this.report));
		if (!this.report.signaturesVerified()) {
			this.html.element("p", "alarm", Wording.NOT_SIGNED);
		}
		this.html.markup("</header>\n");
	}

	private void chain(ChainReport chain) {
		ChainExtent extent = chain.extent();
		this.html.markup("<section class=\"card " + tone(chain.verdict()) + "\"><h2>Chain ")
			.text(Wording.named(chain.grantId()))
			.markup(" <span class=\"badge\">")
			.text(chain.verdict().name().toLowerCase(Locale.ROOT))
			.markup("</span></h2>\n<p class=\"agent\">Agent ")
			.text(Wording.named(chain.agent()))
			.markup("</p>\n<div class=\"figures\">");
		figure(Wording.digits(extent.entries()), "entries");
		figure(Wording.digits(extent.firstSequence()) + "–" + Wording.digits(extent.lastSequence()), "sequence");
		figure(Wording.digits(denials(chain.activity())), "denials");
		figure(Wording.digits(chain.findings().breaks().count()), "lines that do not hold");
		this.html.markup("</div>\n<dl>");
		term("First entry", timeOf(extent.firstTime()));
		term("Last entry", timeOf(extent.lastTime()));
		term("Form", Wording.form(chain));
		term("Files", String.join(", ", extent.files()));
		this.html.markup("</dl>\n");
		firstBroken(chain.findings().firstBroken());
		remarks(chain);
		new HtmlTimeline(this.html).write(chain.activity().timeline());
		activity(chain.activity());
		Wording.findings(chain.findings(), "lines that do not hold", UnaryOperator.identity()).forEach(this::listing);
		this.html.markup("</section>\n");
	}

	private void firstBroken(@Nullable ChainBreak broken) {
		if (broken != null) {
			this.html.markup("<p class=\"alarm\">First broken: ")
				.text(broken.file())
				.markup(", ")
				.text(Wording.place(broken))
				.markup(": ")
				.text(broken.reason())
				.markup("</p>\n");
		}
	}

	private void remarks(ChainReport chain) {
		List<String> remarks = Wording.remarks(chain);
		if (!remarks.isEmpty()) {
			this.html.markup("<ul class=\"remarks\">");
			remarks.forEach((remark) -> this.html.element("li", "", remark));
			this.html.markup("</ul>\n");
		}
		chain.seals().forEach((seal) -> seal(seal));
	}

	private void seal(SealReport seal) {
		this.html.markup("<div class=\"seal" + (seal.state().broken() ? " alarm" : "") + "\"><b>Seal ")
			.text(seal.file())
			.markup("</b> ")
			.text(Wording.seal(seal))
			.markup(" <span class=\"quiet\">")
			.text(String.join(", ", Wording.statement(seal)));
		if (seal.statement() != null) {
			this.html.markup(" · bundle ").text(seal.statement().bundleId());
		}
		this.html.markup("</span></div>\n");
	}

	private void activity(ChainActivity activity) {
		long most = activity.actions().stream().mapToLong(ActionReport::entries).max().orElse(1);
		table("Results by action", "<th>Action<th>Results<th class=\"n\">Entries<th>", activity.actions(), (action) -> {
			cell("", Wording.named(action.action()));
			cell("", Wording.results(action));
			cell("n", Wording.digits(action.entries()));
			stackedBar(action, most);
		});
		more(activity.otherActions(), "entries of further actions");
		long mostDenials = activity.denials().stream().mapToLong(DenialReport::denials).max().orElse(1);
		table("Denials by reason", "<th>Reason<th class=\"n\">Denials<th class=\"n\">Entries<th>", activity.denials(),
				(denial) -> {
					cell("", Wording.named(denial.reason()));
					cell("n", Wording.digits(denial.denials()));
					cell("n", Wording.digits(denial.entries()));
					bar(Map.of(ResultKind.DENIED, denial.denials()), mostDenials);
				});
		more(activity.otherDenials(), "denials for further reasons");
	}

	private void files() {
		this.html.markup("<section class=\"card\"><h2>What was examined</h2>\n");
		table("Files", "<th>File<th>Content<th class=\"n\">Bytes", this.report.files(), (file) -> {
			cell("", file.file());
			cell("", Wording.file(file));
			cell("n", Wording.digits(file.bytes()));
		});
		table("Public keys", "<th>SHA-256 of the SubjectPublicKeyInfo<th>Source<th class=\"n\">Entries signed",
				this.report.keys(), (key) -> {
					cell("mono", key.fingerprint());
					cell("", key.source());
					cell("n", Wording.digits(key.entries()));
				});
		this.html.markup("</section>\n");
	}

	private <T> void table(String title, String head, List<T> rows, Consumer<T> row) {
		if (rows.isEmpty()) {
			return;
		}
		this.html.element("h3", "", title).markup("\n<table><thead><tr>" + head + "</tr></thead><tbody>\n");
		for (T item : rows.subList(0, Math.min(MAX_ROWS, rows.size()))) {
			this.html.markup("<tr>");
			row.accept(item);
			this.html.markup("</tr>\n");
		}
		this.html.markup("</tbody></table>\n");
		more(Math.max(0, rows.size() - MAX_ROWS), "more rows");
	}

	private void listing(String title, Listing<String> listing) {
		if (listing.count() > 0) {
			this.html.element("h3", "", StringUtils.capitalize(title) + ": " + Wording.digits(listing.count()))
				.markup("<ul class=\"list\">");
			listing.listed().forEach((item) -> this.html.element("li", "", item));
			this.html.markup("</ul>\n");
			more(listing.count() - listing.listed().size(), "more");
		}
	}

	private void more(long count, String what) {
		if (count > 0) {
			this.html.element("p", "quiet", "… and " + Wording.digits(count) + " " + what);
		}
	}

	private void figure(String value, String label) {
		this.html.markup("<div>").element("b", "", value).element("span", "", label).markup("</div>");
	}

	private void term(String name, String value) {
		this.html.element("dt", "", name).element("dd", "", value);
	}

	private void cell(String type, String text) {
		this.html.element("td", type, text);
	}

	private void stackedBar(ActionReport action, long most) {
		Map<ResultKind, Long> counts = new EnumMap<>(ResultKind.class);
		action.results().forEach((result) -> counts.merge(ResultKind.of(result.result()), result.entries(), Long::sum));
		counts.merge(ResultKind.OTHER, action.otherResults(), Long::sum);
		bar(counts, most);
	}

	private void bar(Map<ResultKind, Long> counts, long most) {
		this.html
			.markup("<td class=\"bar\"><svg aria-hidden=\"true\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\">");
		double x = 0;
		for (ResultKind kind : ResultKind.values()) {
			double width = 100.0 * counts.getOrDefault(kind, 0L) / Math.max(1, most);
			if (width > 0) {
				this.html.markup(String.format(Locale.ROOT,
						"<rect class=\"s-%s\" x=\"%.2f\" width=\"%.2f\" height=\"8\"/>", kind, x, width));
			}
			x += width;
		}
		this.html.markup("</svg></td>");
	}

	private static long denials(ChainActivity activity) {
		return activity.denials().stream().mapToLong(DenialReport::denials).sum() + activity.otherDenials();
	}

	private String tone(Verdict verdict) {
		return switch (verdict) {
			case HOLDS -> this.report.signaturesVerified() ? "holds" : "doubt";
			case EMPTY -> "doubt";
			case BROKEN -> "broken";
		};
	}

	private static String timeOf(@Nullable String time) {
		return (time != null) ? time : "no readable time";
	}

	private static String digest(String text) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return Base64.getEncoder().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
