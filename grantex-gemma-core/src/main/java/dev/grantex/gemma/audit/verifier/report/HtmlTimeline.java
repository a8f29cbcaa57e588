package dev.grantex.gemma.audit.verifier.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import dev.grantex.gemma.audit.verifier.report.ChainReport.ResultKind;
import dev.grantex.gemma.audit.verifier.report.ChainReport.Timeline;
import dev.grantex.gemma.audit.verifier.report.ChainReport.TimelineBucket;

/**
 * The timeline of a chain as a picture: a stacked bar for every span of time, and a
 * dashed line where a longer time without entries is left out.
 */
final class HtmlTimeline {

	private static final double WIDTH = 960;

	private static final double BARS = 150;

	private static final double TOP = 16;

	private static final double MAX_SLOT = 48;

	private static final long LONGEST_PAUSE = 6;

	private static final double PAUSE_SLOTS = 1.5;

	private static final int LABELS = 4;

	/** The hatching of bars, for all pictures of a page. */
	static final String DEFINITIONS = "<svg aria-hidden=\"true\" width=\"0\" height=\"0\" class=\"definitions\">"
			+ "<defs><pattern id=\"unproven\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
			+ "patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\"/></pattern>"
			+ "</defs></svg>\n";

	private static final String UNPROVEN = "fill=\"url(#unproven)\"";

	private final Html html;

	HtmlTimeline(Html html) {
		this.html = html;
	}

	void write(Timeline timeline) {
		List<TimelineBucket> buckets = timeline.buckets();
		if (buckets.isEmpty()) {
			return;
		}
		long most = buckets.stream().mapToLong(TimelineBucket::entries).max().orElse(1);
		List<Double> slots = slots(timeline);
		double width = Math.min(MAX_SLOT, WIDTH / (slots.get(slots.size() - 1) + 1));
		String span = span(timeline.bucketSeconds());
		this.html.add("<h3>%s</h3><svg class=\"timeline\" role=\"img\" viewBox=\"0 0 960 196\"><title>", "Timeline")
			.plain("Entries by time, " + span + " a bar, " + Wording.digits(most) + " at most")
			.add("</title>\n");
		for (int i = 0; i < buckets.size(); i++) {
			bar(buckets.get(i), slots.get(i) * width, width, most);
			if (i > 0 && slots.get(i) - slots.get(i - 1) == PAUSE_SLOTS) {
				double x = (slots.get(i) - PAUSE_SLOTS / 2 + 0.5) * width;
				this.html.add("<line class=\"pause\" x1=\"%.2f\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>", x, TOP, x,
						TOP + BARS);
			}
		}
		axis(buckets, slots, width, most);
		this.html.add("</svg>\n");
		legend(buckets, span);
	}

	/**
	 * Where each bar stands, in bars from the left: as far apart as the times are, unless
	 * that would be mostly empty.
	 */
	private static List<Double> slots(Timeline timeline) {
		List<Double> slots = new ArrayList<>();
		double slot = 0;
		long previous = 0;
		for (TimelineBucket bucket : timeline.buckets()) {
			long second = Instant.parse(bucket.start()).getEpochSecond();
			if (!slots.isEmpty()) {
				long distance = (second - previous) / timeline.bucketSeconds();
				slot += (distance > LONGEST_PAUSE) ? PAUSE_SLOTS : distance;
			}
			slots.add(slot);
			previous = second;
		}
		return slots;
	}

	private void bar(TimelineBucket bucket, double x, double slot, long most) {
		this.html.add("<g><title>").plain(describe(bucket)).add("</title>");
		double y = TOP + BARS;
		double gap = (slot > 4) ? 1 : 0;
		for (ResultKind kind : ResultKind.values()) {
			double height = height(bucket.entries(kind), most);
			y -= height;
			rect(look(kind), x, y, slot - gap, height);
		}
		rect(UNPROVEN, x, y, slot - gap, height(bucket.unproven(), most));
		this.html.add("</g>\n");
	}

	private void rect(String look, double x, double y, double width, double height) {
		if (height > 0) {
			this.html.add("<rect " + look + " x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>", x, y, width,
					height);
		}
	}

	private static double height(long entries, long most) {
		return (entries > 0) ? Math.max(1.5, BARS * entries / most) : 0;
	}

	private void axis(List<TimelineBucket> buckets, List<Double> slots, double width, long most) {
		double bottom = TOP + BARS;
		this.html.add("<line class=\"axis\" x1=\"0\" y1=\"%.2f\" x2=\"%.2f\" y2=\"%.2f\"/>", bottom, WIDTH, bottom);
		label(0, TOP - 5, "start", Wording.digits(most));
		double free = -1;
		int step = Math.max(1, (buckets.size() - 1) / (LABELS - 1));
		for (int i = 0; i < buckets.size(); i += step) {
			double x = slots.get(i) * width;
			if (x >= free) {
				boolean atEnd = x > WIDTH - 110;
				label(atEnd ? WIDTH : x, bottom + 18, atEnd ? "end" : "start", shorten(buckets.get(i).start()));
				free = x + 150;
			}
		}
	}

	private void label(double x, double y, String anchor, String text) {
		this.html.add("<text x=\"%.2f\" y=\"%.2f\" text-anchor=\"" + anchor + "\">", x, y).plain(text).add("</text>");
	}

	private void legend(List<TimelineBucket> buckets, String span) {
		this.html.add("<ul class=\"legend\">");
		for (ResultKind kind : ResultKind.values()) {
			long entries = buckets.stream().mapToLong((bucket) -> bucket.entries(kind)).sum();
			if (entries > 0) {
				item(look(kind), Wording.digits(entries) + " " + kind);
			}
		}
		long unproven = buckets.stream().mapToLong(TimelineBucket::unproven).sum();
		if (unproven > 0) {
			item(UNPROVEN, Wording.digits(unproven) + " of them unproven, after the first break");
		}
		this.html.add("<li>%s</li></ul>\n", span + " a bar");
	}

	private void item(String look, String text) {
		this.html.add("<li><svg aria-hidden=\"true\" viewBox=\"0 0 10 10\"><rect " + look
				+ " width=\"10\" height=\"10\" rx=\"2\"/></svg>%s</li>", text);
	}

	private static String describe(TimelineBucket bucket) {
		List<String> counts = new ArrayList<>();
		for (ResultKind kind : ResultKind.values()) {
			if (bucket.entries(kind) > 0) {
				counts.add(Wording.digits(bucket.entries(kind)) + " " + kind);
			}
		}
		if (bucket.unproven() > 0) {
			counts.add(Wording.digits(bucket.unproven()) + " unproven");
		}
		return bucket.start() + ": " + String.join(", ", counts);
	}

	private static String look(ResultKind kind) {
		return "class=\"s-" + kind + "\"";
	}

	private static String shorten(String time) {
		return time.replace('T', ' ').replace(":00Z", "Z");
	}

	private static String span(long seconds) {
		Duration span = Duration.ofSeconds(seconds);
		if (span.toDays() > 0) {
			return Wording.number(span.toDays(), "day", "days");
		}
		if (span.toHours() > 0) {
			return Wording.number(span.toHours(), "hour", "hours");
		}
		return (span.toMinutes() > 0) ? Wording.number(span.toMinutes(), "minute", "minutes")
				: Wording.number(seconds, "second", "seconds");
	}

}
