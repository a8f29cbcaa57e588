package dev.grantex.gemma.audit.verifier.report;

import java.util.Locale;
import java.util.stream.Stream;

import org.springframework.web.util.HtmlUtils;

/**
 * Writes HTML in which every text is harmless: markup comes only from the constants of
 * this package.
 */
final class Html {

	private static final int MAX_TEXT = 300;

	private final StringBuilder out = new StringBuilder(32 * 1024);

	/**
	 * Adds markup as it is.
	 * @param constant markup that holds nothing from a log
	 */
	Html add(String constant) {
		this.out.append(constant);
		return this;
	}

	/**
	 * Adds markup with values.
	 * @param constant a format that holds nothing from a log
	 * @param values numbers, and texts that may come from anywhere: they cannot change
	 * the direction of the text around them
	 */
	Html add(String constant, Object... values) {
		Object[] harmless = Stream.of(values)
			.map((value) -> (value instanceof String text) ? "<bdi>" + harmless(text) + "</bdi>" : value)
			.toArray();
		return add(String.format(Locale.ROOT, constant, harmless));
	}

	/**
	 * Adds text where there can be no elements.
	 */
	Html plain(String text) {
		return add(harmless(text));
	}

	@Override
	public String toString() {
		return this.out.toString();
	}

	private static String harmless(String text) {
		return HtmlUtils.htmlEscape(VisibleText.of(text, MAX_TEXT), "UTF-8");
	}

}
