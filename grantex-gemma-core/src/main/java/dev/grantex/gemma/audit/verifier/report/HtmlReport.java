package dev.grantex.gemma.audit.verifier.report;

import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.springframework.core.io.ClassPathResource;
import org.springframework.util.StringUtils;

import dev.grantex.gemma.audit.verifier.report.AuditReport.Verdict;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ActionReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainActivity;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainBreak;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainExtent;
import dev.grantex.gemma.audit.verifier.report.ChainReport.DenialReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ResultKind;

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
	 * @return an HTML document, to be stored in UTF-8
	 */
	public static String render(AuditReport report) {
		HtmlReport page = new HtmlReport(report);
		page.write();
		return page.html.toString();
	}

	private void write() {
		head();
		this.html.add("<body>\n").add(HtmlTimeline.DEFINITIONS).add("<main>\n");
		header();
		this.report.chains().forEach(this::chain);
		if (!this.report.otherSeals().isEmpty()) {
			this.html.add("<section class=\"card broken\"><h2>Seals of none of these chains</h2>\n");
			this.report.otherSeals().forEach(this::seal);
			this.html.add("</section>\n");
		}
		files();
		this.html.add("</main>\n</body>\n</html>\n");
	}

	private void head() {
		String style = style();
		this.html.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
			.add("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
			.add(digest(style))
			.add("'; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n")
			.add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
			.add("<meta name=\"color-scheme\" content=\"light dark\">\n<title>Audit log: ")
			.plain(Wording.headline(this.report))
			.add("</title>\n<style>" + style + "</style>\n</head>\n");
	}

	private void header() {
		this.html.add("<header class=\"banner " + tone(this.report.verdict()) + "\"><h1>%s</h1><p>%s</p>",
				Wording.headline(this.report), Wording.summary(this.report));
		if (!this.report.signaturesVerified()) {
			this.html.add("<p class=\"alarm\">%s</p>", Wording.NOT_SIGNED);
		}
		this.html.add("</header>\n");
	}

	private void chain(ChainReport chain) {
		ChainExtent extent = chain.extent();
		this.html.add(
				"<section class=\"card " + tone(chain.verdict())
						+ "\"><h2>Chain %s <span class=\"badge\">%s</span></h2>\n<p class=\"agent\">Agent %s</p>\n",
				Wording.named(chain.grantId()), chain.verdict().name().toLowerCase(Locale.ROOT),
				Wording.named(chain.agent()));
		this.html.add("<div class=\"figures\">");
		figure(Wording.digits(extent.entries()), "entries");
		figure(Wording.digits(extent.firstSequence()) + "–" + Wording.digits(extent.lastSequence()), "sequence");
		figure(Wording.digits(denials(chain.activity())), "denials");
		figure(Wording.digits(chain.findings().breaks().count()), "lines that do not hold");
		this.html.add("</div>\n<dl>");
		term("First entry", extent.firstTime());
		term("Last entry", extent.lastTime());
		term("Form", Wording.form(chain));
		term("Files", String.join(", ", extent.files()));
		this.html.add("</dl>\n");
		firstBroken(chain.findings().firstBroken());
		list("remarks", Wording.remarks(chain));
		chain.seals().forEach(this::seal);
		new HtmlTimeline(this.html).write(chain.activity().timeline());
		activity(chain.activity());
		Wording.findings(chain.findings(), "lines that do not hold", UnaryOperator.identity()).forEach(this::listing);
		this.html.add("</section>\n");
	}

	private void figure(String value, String label) {
		this.html.add("<div><b>%s</b><span>%s</span></div>", value, label);
	}

	private void term(String name, @Nullable String value) {
		this.html.add("<dt>%s</dt><dd>%s</dd>", name, (value != null) ? value : "no readable time");
	}

	private void firstBroken(@Nullable ChainBreak broken) {
		if (broken != null) {
			this.html.add("<p class=\"alarm\">First broken: %s, %s: %s</p>\n", broken.file(), Wording.place(broken),
					broken.reason());
		}
	}

	private void seal(SealReport seal) {
		this.html.add(
				"<div class=\"seal" + (seal.state().broken() ? " alarm" : "")
						+ "\"><b>Seal %s</b> %s <span class=\"quiet\">%s",
				seal.file(), Wording.seal(seal), String.join(", ", Wording.statement(seal)));
		if (seal.statement() != null) {
			this.html.add(" · bundle %s", seal.statement().bundleId());
		}
		this.html.add("</span></div>\n");
	}

	private void activity(ChainActivity activity) {
		long most = activity.actions().stream().mapToLong(ActionReport::entries).max().orElse(1);
		table("Results by action", "<th>Action<th>Results<th class=\"n\">Entries<th>", activity.actions(), (action) -> {
			this.html.add("<td>%s</td><td>%s</td><td class=\"n\">%s</td>", Wording.named(action.action()),
					Wording.results(action), Wording.digits(action.entries()));
			stackedBar(action, most);
		});
		more(activity.otherActions(), "entries of further actions");
		long mostDenials = activity.denials().stream().mapToLong(DenialReport::denials).max().orElse(1);
		table("Denials by reason", "<th>Reason<th class=\"n\">Denials<th class=\"n\">Entries<th>", activity.denials(),
				(denial) -> {
					this.html.add("<td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>",
							Wording.named(denial.reason()), Wording.digits(denial.denials()),
							Wording.digits(denial.entries()));
					bar(Map.of(ResultKind.DENIED, denial.denials()), mostDenials);
				});
		more(activity.otherDenials(), "denials for further reasons");
	}

	private void files() {
		this.html.add("<section class=\"card\"><h2>What was examined</h2>\n");
		table("Files", "<th>File<th>Content<th class=\"n\">Bytes", this.report.files(),
				(file) -> this.html.add("<td>%s</td><td>%s</td><td class=\"n\">%s</td>", file.file(),
						Wording.file(file), Wording.digits(file.bytes())));
		table("Public keys", "<th>SHA-256 of the SubjectPublicKeyInfo<th>Source<th class=\"n\">Entries signed",
				this.report.keys(),
				(key) -> this.html.add("<td class=\"mono\">%s</td><td>%s</td><td class=\"n\">%s</td>",
						key.fingerprint(), key.source(), Wording.digits(key.entries())));
		this.html.add("</section>\n");
	}

	private <T> void table(String title, String head, List<T> rows, Consumer<T> row) {
		if (rows.isEmpty()) {
			return;
		}
		this.html.add("<h3>%s</h3>\n<table><thead><tr>" + head + "</tr></thead><tbody>\n", title);
		rows.stream().limit(MAX_ROWS).forEach((item) -> {
			this.html.add("<tr>");
			row.accept(item);
			this.html.add("</tr>\n");
		});
		this.html.add("</tbody></table>\n");
		more(rows.size() - MAX_ROWS, "more rows");
	}

	private void listing(String title, Listing<String> listing) {
		if (listing.count() > 0) {
			this.html.add("<h3>%s</h3>", StringUtils.capitalize(title) + ": " + Wording.digits(listing.count()));
			list("list", listing.listed());
			more(listing.count() - listing.listed().size(), "more");
		}
	}

	private void list(String type, List<String> items) {
		if (!items.isEmpty()) {
			this.html.add("<ul class=\"" + type + "\">");
			items.forEach((item) -> this.html.add("<li>%s</li>", item));
			this.html.add("</ul>\n");
		}
	}

	private void more(long count, String what) {
		if (count > 0) {
			this.html.add("<p class=\"quiet\">%s</p>", "… and " + Wording.digits(count) + " " + what);
		}
	}

	private void stackedBar(ActionReport action, long most) {
		Map<ResultKind, Long> counts = new EnumMap<>(ResultKind.class);
		action.results().forEach((result) -> counts.merge(ResultKind.of(result.result()), result.entries(), Long::sum));
		counts.merge(ResultKind.OTHER, action.otherResults(), Long::sum);
		bar(counts, most);
	}

	private void bar(Map<ResultKind, Long> counts, long most) {
		this.html
			.add("<td class=\"bar\"><svg aria-hidden=\"true\" viewBox=\"0 0 100 8\" preserveAspectRatio=\"none\">");
		double x = 0;
		for (ResultKind kind : ResultKind.values()) {
			double width = 100.0 * counts.getOrDefault(kind, 0L) / Math.max(1, most);
			if (width > 0) {
				this.html.add("<rect class=\"s-" + kind + "\" x=\"%.2f\" width=\"%.2f\" height=\"8\"/>", x, width);
			}
			x += width;
		}
		this.html.add("</svg></td>");
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

	/**
	 * How the page looks, on a screen in light and dark and on paper.
	 */
	private static String style() {
		try {
			return "\n"
					+ new ClassPathResource("report.css", HtmlReport.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
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
