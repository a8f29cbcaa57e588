package dev.grantex.gemma.audit.verifier.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import dev.grantex.gemma.audit.verifier.report.AuditReport.FileReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ActionReport;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainBreak;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainExtent;
import dev.grantex.gemma.audit.verifier.report.ChainReport.ChainFindings;
import dev.grantex.gemma.audit.verifier.report.ChainReport.EntryPosition;
import dev.grantex.gemma.audit.verifier.report.ChainReport.Overlap;
import dev.grantex.gemma.audit.verifier.report.ChainReport.SequenceRange;
import dev.grantex.gemma.audit.verifier.report.SealReport.SealStatement;

/**
 * The sentences that the text and the page share. Texts from the log in them are not made
 * harmless.
 */
final class Wording {

	static final String NOT_SIGNED = "No public key was given: only hashes were checked. Whoever could write these "
			+ "files could have written all of this. Who signed the entries is NOT PROVEN.";

	private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_]+");

	private Wording() {
	}

	static String headline(AuditReport report) {
		return switch (report.verdict()) {
			case HOLDS -> report.signaturesVerified() ? "The log holds" : "The hashes hold, the origin is not proven";
			case EMPTY -> "The log has no entries";
			case BROKEN -> "The log is broken";
		};
	}

	static String summary(AuditReport report) {
		return number(report.entries(), "entry", "entries") + " in " + number(report.chains().size(), "chain", "chains")
				+ " and " + number(report.files().size(), "file", "files") + ", verified at " + report.verifiedAt()
				+ (report.signaturesVerified() ? " with " + number(report.keys().size(), "public key", "public keys")
						: "");
	}

	static String form(ChainReport chain) {
		return chain.form().equals("python") ? "the Python package's own" : "wire";
	}

	static String entries(ChainExtent extent) {
		String range = (extent.entries() > 0)
				? ", sequence " + digits(extent.firstSequence()) + " to " + digits(extent.lastSequence()) : "";
		return digits(extent.entries()) + range;
	}

	static String time(ChainExtent extent) {
		return (extent.firstTime() != null) ? extent.firstTime() + " to " + extent.lastTime() : "none is readable";
	}

	static String place(ChainBreak broken) {
		String sequence = (broken.sequence() != null) ? ", sequence " + digits(broken.sequence()) : "";
		Long expected = broken.expected();
		String belongs = (expected != null && !expected.equals(broken.sequence()))
				? " where " + digits(expected) + " belongs" : "";
		return "line " + digits(broken.line()) + sequence + belongs;
	}

	static String broken(ChainBreak broken, UnaryOperator<String> name) {
		return name.apply(broken.file()) + ", " + place(broken) + ": " + broken.reason();
	}

	/**
	 * What was found in a chain, listed under titles.
	 * @param breaks the title of the lines that do not hold
	 * @param name how a name is shown
	 */
	static Map<String, Listing<String>> findings(ChainFindings findings, String breaks, UnaryOperator<String> name) {
		Map<String, Listing<String>> found = new LinkedHashMap<>();
		if (findings.breaks().count() > 1) {
			found.put(breaks, findings.breaks().map((broken) -> broken(broken, name)));
		}
		found.put("missing between files", findings.gaps().map(Wording::range));
		found.put("in several files", findings.overlaps().map((overlap) -> overlap(overlap, name)));
		found.put("not in its exact form", findings.inexact().map((position) -> position(position, name)));
		found.put("ambiguous, a field holds a separator",
				findings.ambiguous().map((position) -> position(position, name)));
		found.put("started, outcome missing", findings.unfinished().map((sequence) -> "sequence " + sequence));
		return found;
	}

	private static String range(SequenceRange range) {
		return (range.first() == range.last()) ? digits(range.first())
				: digits(range.first()) + " to " + digits(range.last());
	}

	private static String overlap(Overlap overlap, UnaryOperator<String> name) {
		return name.apply(overlap.file()) + ": " + range(new SequenceRange(overlap.first(), overlap.last())) + ", "
				+ (overlap.identical() ? "the same entries" : "OTHER entries");
	}

	private static String position(EntryPosition position, UnaryOperator<String> name) {
		return name.apply(position.file()) + ", line " + digits(position.line()) + ", sequence "
				+ digits(position.sequence());
	}

	/**
	 * What else there is to say of a chain, that does not break it.
	 */
	static List<String> remarks(ChainReport chain) {
		List<String> remarks = new ArrayList<>();
		ChainExtent extent = chain.extent();
		addIf(remarks, extent.firstSequence() > 1, "The chain starts at " + digits(extent.firstSequence())
				+ ": what was before was deleted or not given, and is not proven.");
		addCount(remarks, extent.entries() - extent.intactEntries(),
				"comes after the first break: counted below, but UNPROVEN.",
				"come after the first break: counted below, but UNPROVEN.");
		addCount(remarks, chain.findings().otherGrants(), "names another grant than the first entry of the chain.",
				"name another grant than the first entry of the chain.");
		addCount(remarks, extent.withoutTime(), "has no readable time.", "have no readable time.");
		addCount(remarks, extent.backwardTimes(), "has an earlier time than the one before.",
				"have an earlier time than the one before.");
		addIf(remarks, chain.seals().isEmpty(),
				"No seal was found beside the log: entries cut off at its end would not show.");
		return remarks;
	}

	static String seal(SealReport seal) {
		return seal.state().sentence.formatted((seal.statement() != null) ? digits(seal.statement().sequence()) : "");
	}

	/**
	 * What a seal states beyond the end of the chain.
	 */
	static List<String> statement(SealReport seal) {
		SealStatement statement = seal.statement();
		List<String> said = new ArrayList<>();
		if (statement == null) {
			return said;
		}
		addIf(said, !seal.signatureVerified(), "its signature was not verified");
		said.add("synchronized through " + digits(statement.synchronizedThrough()));
		addIf(said, statement.firstKept() > 1, "kept from " + digits(statement.firstKept()) + " on");
		if (seal.missing() != null) {
			said.add("of which " + range(seal.missing())
					+ " are missing or were not given, and the service had not accepted them");
		}
		if (seal.notKept() != null) {
			said.add(range(seal.notKept()) + " are not kept here or were not given; the service has accepted them");
		}
		addIf(said, statement.damagedAt() > 0, "damage was found at " + digits(statement.damagedAt()));
		addIf(said, statement.refreshPending(), "a refresh was under way");
		addIf(said, statement.revoked(), "the bundle was revoked");
		addIf(said, statement.closed(), "the log was closed");
		return said;
	}

	static String file(FileReport file) {
		String what = switch (file.state()) {
			case ENTRIES -> number(file.lines(), "line", "lines");
			case EMPTY -> "empty";
			case GIVEN_TWICE -> "given twice, read once";
			case NO_ENTRIES -> "NO audit entry in " + number(file.lines(), "line", "lines");
		};
		return what + (file.unfinishedLastLine() ? ", then an unfinished last line, which counts as no entry" : "");
	}

	static String results(ActionReport action) {
		List<String> counts = new ArrayList<>();
		action.results().forEach((result) -> counts.add(digits(result.entries()) + " " + quoted(result.result())));
		addIf(counts, action.otherResults() > 0, digits(action.otherResults()) + " with further results");
		addIf(counts, action.unproven() > 0, digits(action.unproven()) + " of them UNPROVEN");
		return String.join(", ", counts);
	}

	/**
	 * A text among others, which cannot be taken for more than one text.
	 */
	static String quoted(String text) {
		return WORD.matcher(text).matches() ? text : "\"" + text.replace("\"", "<U+0022>") + "\"";
	}

	/**
	 * A text that stands alone.
	 */
	static String named(String text) {
		return text.isEmpty() ? "(empty)" : text;
	}

	static String number(long count, String one, String many) {
		return digits(count) + " " + ((count == 1) ? one : many);
	}

	static String digits(long number) {
		return String.format(Locale.ROOT, "%,d", number);
	}

	private static void addCount(List<String> remarks, long count, String one, String many) {
		addIf(remarks, count > 0, number(count, "entry " + one, "entries " + many));
	}

	private static void addIf(List<String> said, boolean condition, String text) {
		if (condition) {
			said.add(text);
		}
	}

}
