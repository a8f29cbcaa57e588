package dev.grantex.gemma.audit.verifier.report;

/**
 * Writes HTML in which every text is harmless: markup comes only from the constants of
 * this package.
 */
final class Html {

	private static final int MAX_TEXT = 300;

	private final StringBuilder out = new StringBuilder(32 * 1024);

	/**
	 * Adds markup.
	 * @param constant markup that holds nothing from a log
	 */
	Html markup(String constant) {
		this.out.append(constant);
		return this;
	}

	/**
	 * Adds text, which may come from anywhere. It cannot change the direction of the text
	 * around it.
	 */
	Html text(String text) {
		return markup("<bdi>").plain(text).markup("</bdi>");
	}

	/**
	 * Adds text where there can be no elements.
	 */
	Html plain(String text) {
		String visible = VisibleText.of(text, MAX_TEXT);
		for (int i = 0; i < visible.length(); i++) {
			char c = visible.charAt(i);
			switch (c) {
				case '&' -> this.out.append("&amp;");
				case '<' -> this.out.append("&lt;");
				case '>' -> this.out.append("&gt;");
				case '"' -> this.out.append("&quot;");
				case '\'' -> this.out.append("&#39;");
				default -> this.out.append(c);
			}
		}
		return this;
	}

	/**
	 * Adds an element that holds nothing but text.
	 * @param name a constant name
	 * @param type a constant class, or nothing
	 */
	Html element(String name, String type, String text) {
		markup("<" + name + (type.isEmpty() ? ">" : " class=\"" + type + "\">"));
		return text(text).markup("</" + name + ">");
	}

	@Override
	public String toString() {
		return this.out.toString();
	}

}
