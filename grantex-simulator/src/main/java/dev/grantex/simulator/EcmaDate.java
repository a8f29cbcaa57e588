package dev.grantex.simulator;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads date-times as the service's platform does: the ISO form with its laxities, and
 * the form of mail headers.
 */
final class EcmaDate {

	private static final Pattern ISO = Pattern.compile("([0-9]{4}|[+-][0-9]{6})(?:-([0-9]{2})(?:-([0-9]{2}))?)?"
			+ "(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]+))?)?(Z|[+-][0-9]{2}:[0-9]{2})?)?");

	private static final DateTimeFormatter MILLIS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

	private EcmaDate() {
	}

	static Optional<Instant> parse(String text) {
		Matcher iso = ISO.matcher(text);
		try {
			if (iso.matches()) {
				return Optional.of(date(iso).toInstant(offset(iso.group(8))));
			}
			return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
		}
		catch (DateTimeException ex) {
			return Optional.empty();
		}
	}

	static String format(Instant instant) {
		return MILLIS.format(instant);
	}

	/**
	 * Whether the service's database can hold the instant.
	 */
	static boolean isStorable(Instant instant) {
		int year = instant.atOffset(ZoneOffset.UTC).getYear();
		return year >= 1 && year <= 9999;
	}

	private static LocalDateTime date(Matcher iso) {
		int day = number(iso.group(3), 1);
		if (day < 1 || day > 31) {
			throw new DateTimeException("day");
		}
		LocalDate date = LocalDate.of(number(iso.group(1), 0), number(iso.group(2), 1), 1).plusDays(day - 1L);
		int hour = number(iso.group(4), 0);
		if (hour != 24) {
			return date.atTime(time(iso, hour));
		}
		if (time(iso, 0).toNanoOfDay() != 0) {
			throw new DateTimeException("hour");
		}
		return date.plusDays(1).atStartOfDay();
	}

	private static LocalTime time(Matcher iso, int hour) {
		String fraction = (iso.group(7) != null) ? iso.group(7) : "";
		int millis = Integer.parseInt((fraction + "000").substring(0, 3));
		return LocalTime.of(hour, number(iso.group(5), 0), number(iso.group(6), 0), millis * 1_000_000);
	}

	private static int number(@Nullable String digits, int absent) {
		return (digits != null) ? Integer.parseInt(digits) : absent;
	}

	private static ZoneOffset offset(@Nullable String text) {
		return (text == null || text.equals("Z")) ? ZoneOffset.UTC : ZoneOffset.of(text);
	}

}
