package dev.grantex.gemma.bundle;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads the ISO 8601 forms in which snapshots of other packages write their times: with
 * an offset, without one (UTC), or only a date.
 */
final class LenientTime {

	private LenientTime() {
	}

	static @Nullable Instant parse(@Nullable JsonNode node) {
		if (node == null || !node.isString()) {
			return null;
		}
		try {
			TemporalAccessor time = DateTimeFormatter.ISO_DATE_TIME.parseBest(node.stringValue(), OffsetDateTime::from,
					LocalDateTime::from);
			return (time instanceof OffsetDateTime offset) ? offset.toInstant()
					: LocalDateTime.from(time).toInstant(ZoneOffset.UTC);
		}
		catch (DateTimeException ex) {
			return parseDate(node.stringValue());
		}
	}

	private static @Nullable Instant parseDate(String text) {
		try {
			return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

}
