package dev.grantex.gemma.audit.verifier.report;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;

import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainActivity;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainBreak;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainExtent;

/**
 * A report for a terminal. No line of it can move the cursor or hide another.
 */
public final class TextReport {

	private static final int MAX_LINE = 400;

	private static final int MAX_NAME = 160;

	private static final int MAX_ROWS = 40;

	private final StringBuilder out = new StringBuilder();

	private TextReport() {
	}

	/**
	 * Writes a report.
	 * @return lines, each ended by a newline
	 */
	public static String render(AuditReport report) {
		TextReport text = new TextReport();
		text.write(report);
		return text.out.toString();
	}

	private void write(AuditReport report) {
		line(Wording.headline(report).toUpperCase(Locale.ROOT));
		line(Wording.summary(report));
		if (!report.signaturesVerified()) {
			line("");
			line("!! " + Wording.NOT_SIGNED);
		}
		report.chains().forEach(this::chain);
		if (!report.otherSeals().isEmpty()) {
			line("");
			line("SEALS OF NONE OF THESE CHAINS");
			report.otherSeals().forEach(this::seal);
		}
		line("");
		line("FILES");
		report.files().forEach((file) -> line("  " + name(file.file()) + ": " + Wording.file(file)));
		if (!report.keys().isEmpty()) {
			line("");
			line("PUBLIC KEYS, by the SHA-256 of their SubjectPublicKeyInfo");
			report.keys()
				.forEach((key) -> line("  " + key.fingerprint() + "  signed "
						+ Wording.number(key.entries(), "entry", "entries") + ", from " + name(key.source())));
		}
	}

	private void chain(ChainReport chain) {
		ChainExtent extent = chain.extent();
		line("");
		line("CHAIN " + name(chain.grantId()) + ": " + chain.verdict());
		field("agent", name(chain.agent()));
		field("form", Wording.form(chain));
		field("entries", Wording.entries(extent));
		field("time", Wording.time(extent));
		field("files", String.join(", ", extent.files().stream().map(TextReport::name).toList()));
		ChainBreak first = chain.findings().firstBroken();
		if (first != null) {
			field("broken at", Wording.broken(first, TextReport::name));
		}
		Wording.remarks(chain).forEach((remark) -> line("  - " + remark));
		Wording.findings(chain.findings(), "every line that does not hold", TextReport::name).forEach(this::listing);
		chain.seals().forEach(this::seal);
		activity(chain.activity());
	}

	private void seal(SealReport seal) {
		field("seal", Wording.seal(seal));
		List<String> statement = Wording.statement(seal);
		line("    " + name(seal.file()) + (statement.isEmpty() ? "" : ": " + String.join(", ", statement)));
		if (seal.statement() != null) {
			line("    of bundle " + name(seal.statement().bundleId()));
		}
	}

	private void activity(ChainActivity activity) {
		table("results by action", activity.actions(),
				(action) -> count(action.entries()) + "  " + Wording.results(action) + "  | " + name(action.action()));
		more(activity.otherActions(), "entries of further actions");
		table("denials by reason", activity.denials(), (denial) -> count(denial.denials()) + "  in "
				+ Wording.number(denial.entries(), "entry", "entries") + "  | " + name(denial.reason()));
		more(activity.otherDenials(), "denials for further reasons");
	}

	private void listing(String title, Listing<String> listing) {
		if (listing.count() > 0) {
			line("  " + title + ": " + Wording.digits(listing.count()));
			rows(listing.listed(), listing.count(), "more");
		}
	}

	private <T> void table(String title, List<T> rows, Function<T, String> row) {
		if (!rows.isEmpty()) {
			line("  " + title);
			rows(rows.stream().limit(MAX_ROWS).map(row).toList(), rows.size(), "more lines");
		}
	}

	private void rows(List<String> rows, long count, String what) {
		rows.stream().limit(MAX_ROWS).forEach((row) -> line("      " + row));
		more(count - Math.min(MAX_ROWS, rows.size()), what);
	}

	private void more(long count, String what) {
		if (count > 0) {
			line("      … and " + Wording.digits(count) + " " + what);
		}
	}

	private void field(String label, String value) {
		line("  " + label + " ".repeat(Math.max(1, 11 - label.length())) + value);
	}

	private void line(String text) {
		this.out.append(VisibleText.of(text, MAX_LINE)).append('\n');
	}

	private static String count(long count) {
		String digits = Wording.digits(count);
		return " ".repeat(Math.max(0, 9 - digits.length())) + digits;
	}

	private static String name(String text) {
		return VisibleText.of(Wording.named(text), MAX_NAME);
	}

}
