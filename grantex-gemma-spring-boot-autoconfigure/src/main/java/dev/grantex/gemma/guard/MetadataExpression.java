package dev.grantex.gemma.guard;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationException;
import org.springframework.expression.Expression;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

/**
 * The expression that says what else to record about a call. It can read arguments and
 * the result and call their instance methods; types, beans, constructors, static methods,
 * {@code getClass()} and assignments are out of its reach.
 */
final class MetadataExpression {

	/** The key under which a failed evaluation is noted. */
	static final String ERROR = "metadata_error";

	private static final SpelExpressionParser PARSER = new SpelExpressionParser();

	private final Expression expression;

	private MetadataExpression(Expression expression) {
		this.expression = expression;
	}

	/**
	 * Parses an expression.
	 * @param text the expression, empty for none
	 * @return the expression, or {@code null} for an empty one
	 * @throws ParseException if it is not SpEL
	 */
	static @Nullable MetadataExpression parse(String text) {
		if (text.isBlank()) {
			return null;
		}
		try {
			return new MetadataExpression(PARSER.parseExpression(text));
		}
		// The parser meets some malformed texts with its own assertions.
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw new ParseException(0, "The expression is not complete", ex);
		}
	}

	/**
	 * Evaluates the expression. Never throws: what goes wrong must not cost the entry.
	 * @param names the names of the arguments, or {@code null} if they are not known
	 * @param arguments the arguments
	 * @param result what the call returned, or {@code null}
	 * @return the metadata, or the class of the failure under {@link #ERROR}
	 */
	Map<String, @Nullable Object> evaluate(@Nullable String @Nullable [] names, @Nullable Object[] arguments,
			@Nullable Object result) {
		SimpleEvaluationContext context = SimpleEvaluationContext.forReadOnlyDataBinding()
			.withInstanceMethods()
			.withAssignmentDisabled()
			.build();
		for (int i = 0; i < arguments.length; i++) {
			context.setVariable("a" + i, arguments[i]);
			context.setVariable("p" + i, arguments[i]);
			String name = (names != null && i < names.length) ? names[i] : null;
			if (name != null) {
				context.setVariable(name, arguments[i]);
			}
		}
		context.setVariable("result", result);
		Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
		try {
			if (!(this.expression.getValue(context) instanceof Map<?, ?> map)) {
				throw new EvaluationException("The expression does not yield a map");
			}
			map.forEach((key, value) -> metadata.put(String.valueOf(key), value));
		}
		// Getters of the application's own objects run here: they may throw anything.
		catch (Throwable ex) {
			metadata.clear();
			metadata.put(ERROR, ex.getClass().getSimpleName());
		}
		return metadata;
	}

}
