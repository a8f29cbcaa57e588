package dev.grantex.gemma;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The grant lacks scopes that are required. The message names them, because frameworks
 * pass on to a language model nothing else. Has no stack trace: frameworks log every
 * denied call.
 */
public class ScopeViolationException extends GrantexGemmaException {

	private static final int MAX_NAMED = 10;

	/** In UTF-16 units. */
	private static final int MAX_LENGTH = 100;

	private final List<String> missingScopes;

	public ScopeViolationException(Collection<String> missingScopes) {
		super("Not permitted: the user has not consented to " + named(List.copyOf(missingScopes))
				+ ". Do not try again; ask the user to consent.", null, false);
		this.missingScopes = List.copyOf(missingScopes);
	}

	/**
	 * The required scopes that were not granted, in the order they were asked for.
	 */
	public List<String> missingScopes() {
		return this.missingScopes;
	}

	private static String named(List<String> scopes) {
		if (scopes.isEmpty()) {
			return "this";
		}
		String first = scopes.stream()
			.limit(MAX_NAMED)
			.map(ScopeViolationException::shown)
			.collect(Collectors.joining(", "));
		int others = scopes.size() - MAX_NAMED;
		return (others > 0) ? first + " and " + others + " more" : first;
	}

	/**
	 * A scope as it can stand in a sentence: of bounded length, on one line, without what
	 * changes how the text around it is shown.
	 */
	private static String shown(String scope) {
		StringBuilder shown = new StringBuilder();
		for (int i = 0; i < scope.length();) {
			int codePoint = scope.codePointAt(i);
			i += Character.charCount(codePoint);
			if (shown.length() + Character.charCount(codePoint) > MAX_LENGTH) {
				return shown.append('…').toString();
			}
			shown.appendCodePoint(isShowable(codePoint) ? codePoint : '_');
		}
		return shown.toString();
	}

	private static boolean isShowable(int codePoint) {
		return switch (Character.getType(codePoint)) {
			case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED,
					Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
				false;
			default -> true;
		};
	}

}
