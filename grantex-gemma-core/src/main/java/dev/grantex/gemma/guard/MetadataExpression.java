package dev.grantex.gemma.guard;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationException;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelCompilerMode;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.SimpleEvaluationContext;

import dev.grantex.gemma.audit.SafeMetadata;

/**
 * The expression that says what else to record about a call. It can read arguments and
 * the result and call their instance methods; types, beans, constructors, static methods,
 * {@code getClass()} and assignments are out of its reach. Of a call that is denied it
 * can read properties only.
 */
final class MetadataExpression {

	/** The key under which a failed evaluation is noted. */
	static final String ERROR = "metadata_error";

	private static final String RESULT = "result";

	/** The parameter that SpEL would take for its root object. */
	private static final String ROOT = "root";

	// Compiled expressions would not ask the context what is allowed.
	private static final SpelParserConfiguration INTERPRETED = new SpelParserConfiguration(SpelCompilerMode.OFF, null);

	private static final SpelExpressionParser PARSER = new SpelExpressionParser(INTERPRETED);

	private final SpelExpression expression;

	/** Another one, because expressions remember what was allowed to them. */
	private final SpelExpression ofDenial;

	private final @Nullable String[] names;

	private final boolean namesResult;

	private MetadataExpression(SpelExpression expression, SpelExpression ofDenial, @Nullable String[] names) {
		this.expression = expression;
		this.ofDenial = ofDenial;
		this.names = names;
		this.namesResult = names(expression.getAST(), RESULT) && !isParameter(RESULT);
	}

	/**
	 * Parses an expression.
	 * @param text the expression
	 * @param names the names of the parameters, or {@code null} if they are not known
	 * @return the expression
	 * @throws ParseException if it is not SpEL
	 */
	static MetadataExpression parse(String text, @Nullable String @Nullable [] names) {
		try {
			return new MetadataExpression(PARSER.parseRaw(text), PARSER.parseRaw(text),
					(names != null) ? names : new String[0]);
		}
		// The parser meets some malformed texts with its own assertions.
		catch (IllegalArgumentException | IllegalStateException ex) {
			throw new ParseException(0, "The expression is not complete", ex);
		}
	}

	/**
	 * Whether the expression can only be evaluated when the call has ended.
	 */
	boolean namesResult() {
		return this.namesResult;
	}

	/**
	 * Evaluates the expression. Never throws: what goes wrong must not cost the entry.
	 * @param arguments the arguments
	 * @param result what the call returned, or {@code null}
	 * @return the metadata made safe, or the class of the failure under {@link #ERROR}
	 */
	Map<String, Object> evaluate(@Nullable Object[] arguments, @Nullable Object result) {
		try {
			SimpleEvaluationContext context = context(
					SimpleEvaluationContext.forReadOnlyDataBinding().withInstanceMethods(), arguments);
			setVariables(context, arguments, result);
			return safe(this.expression.getValue(context));
		}
		// Getters of the application's own objects run here: they may throw anything.
		catch (Throwable ex) {
			return Map.of(ERROR, ex.getClass().getSimpleName());
		}
	}

	/**
	 * Evaluates the expression without calling methods. Never throws. Members that need
	 * more than properties are left out, and the class of the failure is noted under
	 * {@link #ERROR}.
	 * @param arguments the arguments
	 * @return the metadata made safe
	 */
	Map<String, Object> readProperties(@Nullable Object[] arguments) {
		try {
			SimpleEvaluationContext context = context(
					SimpleEvaluationContext.forPropertyAccessors(new GetterAccessor()), arguments);
			setVariables(context, arguments, null);
			return (this.ofDenial.getAST() instanceof InlineMap map)
					? readMembers(map, new ExpressionState(context, context.getRootObject(), INTERPRETED))
					: safe(this.ofDenial.getValue(context));
		}
		catch (Throwable ex) {
			return Map.of(ERROR, ex.getClass().getSimpleName());
		}
	}

	private static Map<String, Object> readMembers(InlineMap map, ExpressionState state) {
		Map<Object, @Nullable Object> members = new LinkedHashMap<>();
		String error = null;
		for (int i = 0; i + 1 < map.getChildCount(); i += 2) {
			try {
				SpelNode name = map.getChild(i);
				members.put((name instanceof PropertyOrFieldReference bare) ? bare.getName()
						: String.valueOf(name.getValue(state)), map.getChild(i + 1).getValue(state));
			}
			catch (Throwable ex) {
				error = (error != null) ? error : ex.getClass().getSimpleName();
			}
		}
		if (error != null) {
			members.put(ERROR, error);
		}
		return SafeMetadata.of(members);
	}

	private SimpleEvaluationContext context(SimpleEvaluationContext.Builder builder, @Nullable Object[] arguments) {
		Object root = argument(ROOT, arguments);
		SimpleEvaluationContext.Builder readOnly = builder.withAssignmentDisabled();
		return ((root != null) ? readOnly.withRootObject(root) : readOnly).build();
	}

	/**
	 * The names of the parameters come last, so that none of them is hidden by what is
	 * there in any case.
	 */
	private void setVariables(SimpleEvaluationContext context, @Nullable Object[] arguments, @Nullable Object result) {
		Map<String, @Nullable Object> variables = new HashMap<>();
		variables.put(RESULT, result);
		for (int i = 0; i < arguments.length; i++) {
			variables.put("a" + i, arguments[i]);
			variables.put("p" + i, arguments[i]);
		}
		for (int i = 0; i < arguments.length; i++) {
			String name = name(i);
			if (name != null) {
				variables.put(name, arguments[i]);
			}
		}
		variables.forEach(context::setVariable);
	}

	private @Nullable Object argument(String name, @Nullable Object[] arguments) {
		for (int i = 0; i < arguments.length; i++) {
			if (name.equals(name(i))) {
				return arguments[i];
			}
		}
		return null;
	}

	private boolean isParameter(String name) {
		for (String parameter : this.names) {
			if (name.equals(parameter)) {
				return true;
			}
		}
		return false;
	}

	private @Nullable String name(int index) {
		return (index < this.names.length) ? this.names[index] : null;
	}

	private static Map<String, Object> safe(@Nullable Object value) {
		if (value instanceof Map<?, ?> map) {
			return SafeMetadata.of(map);
		}
		throw new EvaluationException("The expression does not yield a map");
	}

	private static boolean names(SpelNode node, String variable) {
		if (node instanceof VariableReference && node.toStringAST().equals("#" + variable)) {
			return true;
		}
		for (int i = 0; i < node.getChildCount(); i++) {
			if (names(node.getChild(i), variable)) {
				return true;
			}
		}
		return false;
	}

}
